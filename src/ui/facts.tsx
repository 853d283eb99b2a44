import type { ReactNode } from 'react';
import type { Plugin } from '../contract/index.ts';
import type { Messages } from './messages.ts';

/** The facts about a plugin, in the order in which they are shown. */
const FACTS = ['author', 'homepage', 'repository', 'license', 'installed_from'] as const;

/** A URL as a link, which names the whole address: its words are the plugin's. */
const link = (url: string) => (
  <a className="nvz-ui-link" href={url} target="_blank" rel="noreferrer">
    {url}
  </a>
);

const isUrl = (text: string) => /^https?:\/\//i.test(text);

/** One term with its value, of a `dl`. */
export const Fact = ({ term, children }: { term: string; children: ReactNode }) => (
  <>
    <dt className="nvz-ui-term">{term}</dt>
    <dd className="nvz-ui-value">{children}</dd>
  </>
);

/** Says who made a plugin, as far as it is stated. */
export function Facts({ plugin, messages }: { plugin: Plugin; messages: Messages }) {
  const { facts } = messages.review;
  return (
    <dl className="nvz-ui-facts">
      <Fact term={facts.name}>
        {plugin.display_name} <code className="nvz-ui-code-name">{plugin.id}</code>
      </Fact>
      <Fact term={facts.version}>{plugin.version || <NotStated messages={messages} />}</Fact>
      {FACTS.map((key) => {
        const value = plugin[key];
        const text = value && isUrl(value) ? link(value) : value;
        return (
          <Fact key={key} term={facts[key]}>
            {text || <NotStated messages={messages} />}
          </Fact>
        );
      })}
    </dl>
  );
}

const NotStated = ({ messages }: { messages: Messages }) => (
  <span className="nvz-ui-absent">{messages.notStated}</span>
);

/** Who decided about the running code, and when; nothing if it is not known. */
export function decisionText(plugin: Plugin, messages: Messages, when: string): string | undefined {
  const { trusted_by, trusted_at, sandboxed, trusted } = plugin;
  const text = messages.review;
  if ((!trusted && !sandboxed) || (!trusted_by && !trusted_at)) return undefined;
  if (!trusted_by) return (sandboxed ? text.sandboxedOn : text.trustedOn)(when);
  return (sandboxed ? text.sandboxedBy : text.trustedBy)(trusted_by, when);
}
