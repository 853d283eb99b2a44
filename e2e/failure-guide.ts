import type { Code, Message } from '../src/contract/index.ts';
import { MESSAGES } from '../src/contract/words.ts';

/** What stands for an argument where its name says too little. */
const ARGUMENTS: Partial<Record<Code, Readonly<Record<string, string>>>> = {
  MISSING_SHIM_EXPORT: { since: 'Run the host on a React version that has them, or do not use them.' },
  UNKNOWN_COMPONENT: {
    hint: 'Use one of the suggested names, or declare it under frontend.components in plugin.yaml.',
  },
  BUNDLE_SYNTAX: { line: ' at ‹line and column›' },
};

/** Characters that Markdown would read as its own. */
const escaped = (text: string) => text.replaceAll(/[<*_[\]]/g, String.raw`\$&`);

function sectionFor(code: Code, { title, cause, fix, copy }: Message): string {
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

/** The failure guide's part below its introduction: one heading for each code, in alphabetical order. */
export const failureSections = (): string =>
  (Object.keys(MESSAGES) as Code[])
    .toSorted()
    .map((code) => sectionFor(code, MESSAGES[code]))
    .join('\n\n');
