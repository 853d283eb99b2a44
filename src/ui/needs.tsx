import { version as react } from 'react';
import { misfitsOf, type Plugin } from '../contract/index.ts';
import { useHost } from '../react/index.ts';
import { formatList } from './format.ts';
import { mergeMessages, type General, type OwnMessages } from './messages.ts';
import { needs as english } from './needs-texts.ts';

interface NeedsProps {
  plugin: Plugin;
  messages: General & Pick<OwnMessages, 'needs'>;
  /** Whether nothing is shown of a plugin that fits. */
  isBrief?: boolean;
}

/** Says which versions of the page a plugin needs, and whether the page has them. */
export function Needs({ plugin: { needs, update_needs }, messages, isBrief = false }: NeedsProps) {
  const host = useHost();
  const ranges = needs ?? update_needs;
  if (ranges === undefined) return null;
  const text = mergeMessages(english, messages.needs);
  const misfits = misfitsOf(ranges, { 'nousviz-runtime': host.version, react });
  if (misfits.length === 0) {
    const all = formatList(messages, ranges.split(', '));
    return isBrief ? null : <p className="nvz-ui-text">{needs ? text.fits(all) : text.updateFits(all)}</p>;
  }
  const wanted = formatList(
    messages,
    misfits.map(({ engine, range }) => `${engine} ${range}`),
  );
  const found = formatList(
    messages,
    misfits.map((one) => `${one.engine} ${one.found}`),
  );
  return (
    <p className="nvz-ui-text nvz-ui-power nvz-ui-risky" data-misfit="">
      <span className="nvz-ui-mark" aria-hidden="true">
        !
      </span>
      <span>{needs ? text.misfit(wanted, found) : text.updateMisfit(wanted, found)}</span>
    </p>
  );
}
