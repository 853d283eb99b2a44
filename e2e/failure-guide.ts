import { BUILD_MESSAGES } from '../src/bundling/build-messages.ts';
import type { Message } from '../src/contract/index.ts';
import { MESSAGES } from '../src/contract/words.ts';
import { SANDBOX_MESSAGES } from '../src/sandbox/messages.ts';

/** The messages of cards, those of sandboxed frames included, and those that only the author's tools report. */
export const ALL_MESSAGES: Readonly<Record<string, Message>> = {
  ...BUILD_MESSAGES,
  ...MESSAGES,
  ...SANDBOX_MESSAGES,
};

/** Placeholders for arguments whose names are unclear. */
const ARGUMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MISSING_SHIM_EXPORT: { since: 'Run the host on a React version that has them, or do not use them.' },
  UNKNOWN_COMPONENT: {
    hint: 'Use one of the suggested names, or declare it under frontend.components in plugin.yaml.',
  },
  BUNDLE_SYNTAX: { line: ' at ‹line and column›' },
};

/** Characters with a meaning in Markdown. */
const escaped = (text: string) => text.replaceAll(/[<*_[\]]/g, String.raw`\$&`);

function sectionFor(code: string, { title, cause, fix, copy }: Message): string {
  const fill = (text: string) =>
    escaped(text.replace(/\{(\w+)\}/g, (_, name: string) => ARGUMENTS[code]?.[name] ?? `‹${name}›`));
  const command = copy?.replace(/\{(\w+)\}/g, '‹$1›');
  return [
    `## ${code}`,
    `**${title}.** ${fill(cause)}`,
    `**Fix:** ${fill(fix)}`,
    ...(command && fix.endsWith(':') ? [`\`\`\`text\n${command}\n\`\`\``] : []),
  ].join('\n\n');
}

/** The sections of the failure guide: one heading for each code, in alphabetical order. */
export const failureSections = (): string =>
  Object.keys(ALL_MESSAGES)
    .toSorted()
    .map((code) => sectionFor(code, ALL_MESSAGES[code]!))
    .join('\n\n');
