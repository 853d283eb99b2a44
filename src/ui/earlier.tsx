import { useId } from 'react';
import type { Plugin } from '../contract/index.ts';
import { decided } from './decided-texts.ts';
import { earlierIn, rollsBackIntoFrames } from './earlier-records.ts';
import { formatTime } from './format.ts';
import { mergeMessages, type DecisionTexts } from './messages.ts';
import { Button, Hash } from './parts.tsx';
import type { Decisions } from './use-decisions.ts';
import { useTrustHistory } from './use-trust-history.ts';

interface EarlierProps {
  plugin: Plugin;
  decisions: Decisions;
  messages: DecisionTexts;
  describedBy: string;
}

/** Lists the code that was accepted before, to roll back to it. */
export function Earlier({ plugin, decisions, messages, describedBy }: EarlierProps) {
  const { records } = useTrustHistory({ pluginId: plugin.id });
  const earlier = earlierIn(records, plugin);
  const text = messages.review;
  const { rollBackMeans } = mergeMessages(decided, messages.decided);
  const id = useId();
  if (earlier.length === 0) return null;
  return (
    <details>
      <summary className="nvz-ui-summary">{text.earlier}</summary>
      <p className="nvz-ui-note">{text.earlierNote}</p>
      <ul className="nvz-ui-list">
        {earlier.map((record, index) => {
          const when = formatTime(messages, record.at);
          const said = record.sandboxed ? text.sandboxedBy : text.trustedBy;
          return (
            <li key={record.at + record.act} className="nvz-ui-line nvz-ui-file">
              <span className="nvz-ui-line">
                <span className="nvz-ui-grow">
                  {record.version} {said(record.who || messages.unknownPerson, when)}
                </span>
                {Object.entries(record.bundles).map(([file, hash]) => (
                  <span key={file} className="nvz-ui-bytes">
                    {file} <Hash sha256={hash} />
                  </span>
                ))}
                <Button
                  isBusy={decisions.busy !== undefined}
                  onPress={() => void decisions.rollBack(record)}
                  aria-describedby={`${describedBy} ${id}-${index}`}
                >
                  {text.rollBack}
                  <span className="nvz-ui-hidden"> {text.rollBackTo(when)}</span>
                </Button>
                <span id={`${id}-${index}`} className="nvz-ui-note">
                  {rollBackMeans(rollsBackIntoFrames(plugin, record))}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
