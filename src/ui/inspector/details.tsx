import type { ReactNode } from 'react';
import { Hash } from '../parts.tsx';
import type { WidgetFacts } from './facts.ts';
import type { Span } from './spans.ts';
import type { InspectorTexts } from './texts.ts';

interface PartProps {
  facts: WidgetFacts;
  texts: InspectorTexts;
}

const nameOf = (names: Record<string, string>, key: string) => names[key] ?? key;

/** Status, trust, bytes, renders and crashes. */
export function Facts({ facts, texts }: PartProps) {
  const {
    status,
    code,
    trust,
    version,
    waitingVersion,
    file,
    hash,
    size,
    renders,
    crashes,
    counting,
    budget,
  } = facts;
  const values: Record<keyof InspectorTexts['facts'], ReactNode> = {
    status: (
      <>
        {nameOf(texts.statuses, status)} {code && <code>{code}</code>}
      </>
    ),
    trust: texts.trust[trust],
    version: waitingVersion ? texts.versions(version, waitingVersion) : version,
    file,
    hash: hash && <Hash sha256={hash} />,
    size: size === undefined ? undefined : texts.bytes(size),
    renders,
    crashes: trust === 'host' ? undefined : texts.crashes(crashes, counting, budget),
  };
  // The app's own panels have no bundle.
  const names = Object.keys(values) as (keyof typeof values)[];
  const shown = trust === 'host' ? names.filter((name) => values[name] !== undefined) : names;
  return (
    <dl className="nvz-ui-inspected">
      {shown.map((name) => (
        <div key={name}>
          <dt>{texts.facts[name]}</dt>
          <dd>{values[name] ?? <i>{texts.notKnown}</i>}</dd>
        </div>
      ))}
    </dl>
  );
}

function SpanRow({
  span,
  from,
  whole,
  texts,
}: {
  span: Span;
  from: number;
  whole: number;
  texts: InspectorTexts;
}) {
  const { what, name, start, duration, waiting = 0, size, transferred } = span;
  const percent = (ms: number) => `${(100 * ms) / whole}%`;
  return (
    <tr>
      <th scope="row">
        {texts.spans[what]}
        <span className="nvz-ui-sub">{name}</span>
      </th>
      <td>{texts.milliseconds(start)}</td>
      <td>{texts.milliseconds(duration)}</td>
      <td>
        {size !== undefined && texts.bytes(size)}
        {transferred === 0 && <span className="nvz-ui-sub">{texts.fromCache}</span>}
      </td>
      <td aria-hidden className="nvz-ui-track">
        <div
          className={`nvz-ui-bar nvz-ui-bar-${what}`}
          style={{ marginInlineStart: percent(start - from), width: percent(duration) }}
        >
          <div style={{ width: duration > 0 ? `${(100 * waiting) / duration}%` : 0 }} />
        </div>
      </td>
    </tr>
  );
}

/** The steps of the load, as a table with bars. */
export function Waterfall({ facts, texts }: PartProps) {
  const { spans } = facts;
  if (spans.length === 0) return <p className="nvz-ui-note">{texts.loadEmpty}</p>;
  const from = spans[0]!.start;
  const whole = Math.max(1, ...spans.map(({ start, duration }) => start + duration - from));
  const { columns } = texts;
  return (
    <table className="nvz-ui-waterfall">
      <thead>
        <tr>
          <th scope="col">{columns.what}</th>
          <th scope="col">{columns.start}</th>
          <th scope="col">{columns.duration}</th>
          <th scope="col">{columns.size}</th>
          <td aria-hidden />
        </tr>
      </thead>
      <tbody>
        {spans.map((span) => (
          <SpanRow key={`${span.what} ${span.name} ${span.start}`} {...{ span, from, whole, texts }} />
        ))}
      </tbody>
    </table>
  );
}

/** The requests, uncaught errors and failures, the newest first. */
export function Events({ facts, texts }: PartProps) {
  const { events } = facts;
  if (events.length === 0) return <p className="nvz-ui-note">{texts.eventsEmpty}</p>;
  return (
    <ol className="nvz-ui-events">
      {events.map(({ kind, at, text, isOwn }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- two entries may be equal
        <li key={`${at} ${index}`} data-kind={kind}>
          <strong>{texts.kinds[kind]}</strong> {!isOwn && <span>{texts.ofPlugin} </span>}
          <time dateTime={at}>{at.slice(11, 19)}</time>
          <code>{text}</code>
        </li>
      ))}
    </ol>
  );
}

const MARKS = { true: '✓', false: '✗', undefined: '·' };

/** The steps from the list of plugins to the panel. */
export function Chain({ facts, texts }: PartProps) {
  const words = { true: texts.passed, false: texts.failed, undefined: texts.unsure };
  return (
    <ol className="nvz-ui-chain">
      {facts.steps.map(({ step, ok, fact, remedy }) => (
        <li key={step} data-ok={`${ok}`}>
          <span aria-hidden>{MARKS[`${ok}`]}</span>{' '}
          <strong>
            {nameOf(texts.steps, step)} <span className="nvz-ui-hidden">({words[`${ok}`]})</span>
          </strong>{' '}
          {fact}
          {remedy && <p>{remedy}</p>}
        </li>
      ))}
    </ol>
  );
}
