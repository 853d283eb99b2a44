import { pageFacts } from '../../diagnosis/report.ts';
import type { WidgetFacts } from './facts.ts';

/** A report about one panel, as plain data without secrets. */
export type InspectorReport = ReturnType<typeof pageFacts> & { readonly widget: WidgetFacts };

/** Makes the report about one panel. @param version The version of this library. */
export const reportOf = (widget: WidgetFacts, version: string): InspectorReport => ({
  ...pageFacts(version),
  widget,
});

/** A text in one line of a table. */
const cell = (text: unknown) =>
  String(text ?? '')
    .replaceAll('|', '\\|')
    .replaceAll(/\s+/g, ' ');

const tableOf = (head: readonly string[], rows: readonly (readonly unknown[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);

const MARKS = { true: '✓', false: '✗', undefined: '·' };

/** Writes a report as Markdown, for an issue or a message to the plugin's author. */
export function markdownOf({ widget, ...page }: InspectorReport): string {
  const { pluginId, component, spans, events, steps, code, renders, crashes, counting, budget } = widget;
  const facts: Record<string, unknown> = {
    status: code ? `${widget.status} (${code})` : widget.status,
    trust: widget.trust,
    version: widget.version,
    'version that waits': widget.waitingVersion,
    file: widget.file,
    'SHA-256': widget.hash,
    size: widget.size && `${widget.size} bytes`,
    renders,
    crashes: `${crashes}; ${counting} of ${budget} count`,
    ...page,
  };
  return [
    `# ${pluginId}/${component}`,
    '',
    ...Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [`- ${name}: ${value}`])),
    '',
    '## Explanation',
    '',
    ...steps.flatMap(({ step, ok, fact, remedy }) => [
      `- ${MARKS[`${ok}`]} ${step}: ${fact}`,
      ...(remedy ? [`  - ${remedy}`] : []),
    ]),
    ...(spans.length > 0
      ? [
          '',
          '## Load',
          '',
          ...tableOf(
            ['what', 'name', 'start (ms)', 'time (ms)', 'first byte (ms)', 'bytes'],
            spans.map(({ what, name, start, duration, waiting, size }) => [
              what,
              name,
              start,
              duration,
              waiting,
              size,
            ]),
          ),
        ]
      : []),
    ...(events.length > 0
      ? [
          '',
          '## Requests and errors',
          '',
          ...tableOf(
            ['at', 'kind', 'of', 'text'],
            events.map(({ at, kind, isOwn, text }) => [at, kind, isOwn ? 'component' : 'plugin', text]),
          ),
        ]
      : []),
    '',
  ].join('\n');
}
