import { useState } from 'react';
import type { Plugin } from '../contract/index.ts';
import { fileTexts } from './file-texts.ts';
import { Lazy } from './lazy.tsx';
import { mergeMessages, type DecisionTexts } from './messages.ts';
import { Badge, Button, BytesText } from './parts.tsx';
import type { ReviewedFile } from './review.ts';

interface FilesProps {
  plugin: Plugin;
  files: readonly ReviewedFile[];
  /** Whether the plugin has changed since it was accepted. */
  isChange: boolean;
  messages: DecisionTexts;
  /** The id of the list's title. */
  labelledBy: string;
}

/** The number of files whose difference is shown at once; those that changed come first. */
const OPEN_FILES = 2;

/** Lists the files of a plugin with size and hash, and shows their code on demand. */
export function Files({ files, labelledBy, ...rest }: FilesProps) {
  return (
    <ul className="nvz-ui-list" aria-labelledby={labelledBy}>
      {files.map((file, index) => (
        <File key={file.path} file={file} isOpen={rest.isChange && index < OPEN_FILES} {...rest} />
      ))}
    </ul>
  );
}

const loadCodePanel = () => import('./code-panel.tsx');

const TONES = { changed: 'waiting', new: 'waiting', gone: 'bad', unusable: 'bad', same: 'plain' } as const;

/** The part of a file that is shown: its code, or its difference to the accepted version. */
type Shown = 'code' | 'difference' | false | undefined;

function File({
  file,
  plugin,
  isChange,
  isOpen,
  messages,
}: Omit<FilesProps, 'files' | 'labelledBy'> & { file: ReviewedFile; isOpen: boolean }) {
  const [chosen, setShown] = useState<Shown>();
  const { kind, before, now, names, path, filename } = file;
  const canCompare = before?.sha256 && now?.sha256;
  const shown = chosen ?? (isOpen && canCompare ? 'difference' : undefined);
  const { oldVersion, newVersion } = messages.review;
  const text = mergeMessages(fileTexts, messages.review);
  const toggle = (next: Shown, show: string, hide: string) => (
    <Button kind="quiet" aria-expanded={shown === next} onPress={() => setShown(shown !== next && next)}>
      {shown === next ? hide : show}
      <span className="nvz-ui-hidden"> {text.ofFile(filename)}</span>
    </Button>
  );
  return (
    <li className="nvz-ui-file">
      <div className="nvz-ui-line">
        <span className="nvz-ui-grow">
          <span className="nvz-ui-name">{names.join(', ')}</span>{' '}
          <code className="nvz-ui-code-name">{path}</code>
        </span>
        {(isChange || TONES[kind] === 'bad') && <Badge tone={TONES[kind]}>{text.kinds[kind]}</Badge>}
        <span>
          {before && (
            <>
              <span className="nvz-ui-hidden">{oldVersion}: </span>
              <BytesText messages={messages} bytes={before} /> <span aria-hidden="true">→ </span>
              <span className="nvz-ui-hidden">{newVersion}: </span>
            </>
          )}
          {now && <BytesText messages={messages} bytes={now} />}
        </span>
        {canCompare && toggle('difference', text.showDifference, text.hideDifference)}
        {now?.sha256 && toggle('code', text.showCode, text.hideCode)}
      </div>
      {kind === 'gone' && isChange && <p className="nvz-ui-note">{text.goneNote}</p>}
      {kind === 'unusable' && <p className="nvz-ui-note">{text.unusableNote}</p>}
      {shown && (
        <Lazy load={loadCodePanel} messages={messages}>
          {({ CodePanel }) => <CodePanel plugin={plugin} file={file} shown={shown} messages={messages} />}
        </Lazy>
      )}
    </li>
  );
}
