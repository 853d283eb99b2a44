import type { ReactNode } from 'react';
import type { Plugin } from '../contract/index.ts';
import type { MakerTexts } from './maker-texts.ts';
import type { DecisionTexts } from './messages.ts';
import { versionText } from './version-text.ts';

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

interface FactsProps {
  plugin: Plugin;
  messages: DecisionTexts;
  terms: MakerTexts['facts'];
}

/** Says who made a plugin, as far as it is stated. */
export function Facts({ plugin, messages, terms }: FactsProps) {
  return (
    <dl className="nvz-ui-facts">
      <Fact term={terms.name}>
        {plugin.display_name} <code className="nvz-ui-code-name">{plugin.id}</code>
      </Fact>
      <Fact term={terms.version}>{versionText(plugin, messages) || <NotStated messages={messages} />}</Fact>
      {FACTS.map((key) => {
        const value = plugin[key];
        const text = value && isUrl(value) ? link(value) : value;
        return (
          <Fact key={key} term={terms[key]}>
            {text || <NotStated messages={messages} />}
          </Fact>
        );
      })}
    </dl>
  );
}

const NotStated = ({ messages }: { messages: DecisionTexts }) => (
  <span className="nvz-ui-absent">{messages.notStated}</span>
);
