import type { Plugin } from '../contract/index.ts';
import { Facts } from './facts.tsx';
import { makerTexts } from './maker-texts.ts';
import { mergeMessages, type DecisionTexts } from './messages.ts';
import { Needs } from './needs.tsx';
import { Part } from './parts.tsx';

/** Says who made a plugin, as the plugin states it, who signed its files, and which versions it needs. */
export function Maker({ plugin, messages }: { plugin: Plugin; messages: DecisionTexts }) {
  const text = mergeMessages(makerTexts, messages.review);
  const { description, signed_by, signer } = plugin;
  return (
    <Part title={text.maker}>
      {description && <p className="nvz-ui-text">{description}</p>}
      <Facts plugin={plugin} messages={messages} terms={text.facts} />
      <Needs plugin={plugin} messages={messages} />
      <p className="nvz-ui-note">{text.makerNote}</p>
      {signed_by && signer && <p className="nvz-ui-note">{text.signed(signed_by, signer)}</p>}
    </Part>
  );
}
