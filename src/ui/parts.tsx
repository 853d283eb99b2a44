import { useId, useRef, type ReactNode } from 'react';
import type { Bytes } from '../contract/index.ts';
import { formatSize, formatTime } from './format.ts';
import type { DecisionTexts, General } from './messages.ts';
import type { Decisions } from './use-decisions.ts';
import { useKeptFocus } from './use-kept-focus.ts';

interface SectionProps {
  messages: General;
  /** The end of the class name. */
  kind: string;
  title: ReactNode;
  heading?: 'h1' | 'h2' | 'h3' | 'h4' | undefined;
  /** `titleId` is the id of the title. */
  children: (titleId: string) => ReactNode;
}

/** A component's outermost element: it has the language and the direction of its texts, and gives the focus back when it disappears. */
export function Section({ messages, kind, title, heading: Heading = 'h2', children }: SectionProps) {
  const place = useRef<HTMLElement>(null);
  const id = useId();
  useKeptFocus(place);
  return (
    <section
      ref={place}
      className={`nvz-ui nvz-ui-${kind}`}
      aria-labelledby={id}
      lang={messages.locale}
      dir={messages.direction}
    >
      <Heading id={id} className="nvz-ui-title">
        {title}
      </Heading>
      {children(id)}
    </section>
  );
}

/** A short label of a state. */
export const Badge = ({
  tone,
  children,
}: {
  tone: 'good' | 'waiting' | 'bad' | 'plain';
  children: ReactNode;
}) => <span className={`nvz-ui-badge nvz-ui-${tone}`}>{children}</span>;

/** A time, with its exact value for machines. */
export const Time = ({ messages, iso }: { messages: General; iso: string | undefined }) => (
  <time dateTime={iso} title={iso}>
    {formatTime(messages, iso)}
  </time>
);

/** The start of a hash. */
export const Hash = ({ sha256 }: { sha256: string }) => (
  <code className="nvz-ui-hash" title={`SHA-256 ${sha256}`}>
    {sha256.slice(0, 12)}
  </code>
);

/** The size of bytes and the start of their hash, where they are known. */
export const BytesText = ({ messages, bytes }: { messages: General; bytes: Bytes }) => (
  <span className="nvz-ui-bytes">
    {bytes.size !== undefined && formatSize(messages, bytes.size)}{' '}
    {bytes.sha256 && <Hash sha256={bytes.sha256} />}
  </span>
);

/** A button. It stays focusable while it waits, so that the focus is not lost, and passes the focus on if it disappears. */
export function Button({
  kind = 'plain',
  isBusy = false,
  onPress,
  children,
  ...rest
}: {
  kind?: 'primary' | 'danger' | 'plain' | 'quiet';
  isBusy?: boolean;
  onPress: () => void;
  children: ReactNode;
  'aria-describedby'?: string;
  'aria-expanded'?: boolean;
  /** Whether the mode that it starts and ends is on. */
  'aria-pressed'?: boolean;
  'aria-controls'?: string;
}) {
  const place = useRef<HTMLButtonElement>(null);
  useKeptFocus(place);
  return (
    <button
      ref={place}
      type="button"
      className={`nvz-ui-button nvz-ui-${kind}`}
      aria-disabled={isBusy}
      onClick={() => {
        if (!isBusy) onPress();
      }}
      {...rest}
    >
      {children}
    </button>
  );
}

/** A failed act: what failed, and the reason. */
export function Failure({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div role="alert" className="nvz-ui-failure">
      <strong>{title}</strong> <span>{children}</span>
    </div>
  );
}

/** The failure of the last decision. */
export const DecisionFailure = ({
  decisions: { failure },
  messages,
}: {
  decisions: Decisions;
  messages: General & Pick<DecisionTexts, 'failed'>;
}) => failure && <Failure title={messages.failed[failure.act]}>{failure.message}</Failure>;

interface PartProps {
  title: string;
  /** The id of the title. */
  id?: string;
  children: ReactNode;
}

/** A part of a component, with its title. */
export function Part({ title, id, children }: PartProps) {
  return (
    <div>
      <p id={id} className="nvz-ui-subtitle">
        {title}
      </p>
      {children}
    </div>
  );
}
