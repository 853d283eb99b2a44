import { useEffect, useRef, useState, type RefObject } from 'react';
import type { Findings, Plugin } from '../contract/index.ts';
import type { Host } from '../host/index.ts';
import { useHost } from '../react/index.ts';
import { requestFindings } from './findings-client.ts';
import { capitalise, formatSome } from './format.ts';
import { riskTexts } from './messages.ts';
import { Mark } from './power-list.tsx';
import { powersOf } from './powers.ts';
import { runningBundles } from './bundles.ts';
import { useTexts, type UiProps } from './ui-messages.tsx';

/** The props of {@link PluginRisk}. */
export interface PluginRiskProps extends UiProps {
  plugin: Plugin;
}

/** What was found in the code that a decision is about, or in the code that runs if there is none about other code. */
const findingsIn = ({ components, declined }: Plugin): Findings[] =>
  components.flatMap(
    ({ findings, changed, consented }) => (changed && declined ? consented?.findings : findings) ?? [],
  );

/** Whether what was found is in code that waits, while other code runs. */
const isOfNew = ({ trusted, sandboxed, declined, components }: Plugin) =>
  (trusted || sandboxed) && !declined && components.some(({ changed }) => changed);

/** The requests of each host, by plugin and code. */
const requests = new WeakMap<Host, Map<string, Promise<Findings[]>>>();

/** Requests what was found in code that runs, once. The list has it only while a decision is pending. */
function findingsOnce(host: Host, plugin: Plugin): Promise<Findings[]> {
  const known = requests.get(host) ?? new Map<string, Promise<Findings[]>>();
  requests.set(host, known);
  const key = JSON.stringify([plugin.id, runningBundles(plugin), plugin.revision]);
  const request = known.get(key) ?? requestFindings(host, plugin.id).then(findingsIn);
  known.set(key, request);
  return request;
}

/** Whether an element has been near the window's view. */
function useSeen(place: RefObject<Element | null>): boolean {
  // Tests of an app may have no observer.
  const [isSeen, setSeen] = useState(() => !('IntersectionObserver' in globalThis));
  useEffect(() => {
    if (isSeen) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setSeen(true),
      { rootMargin: '200px' },
    );
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [place, isSeen]);
  return isSeen;
}

/** What was found in a plugin's code: from the list, or requested once the element is in view. */
function useFindings(plugin: Plugin, place: RefObject<Element | null>): readonly Findings[] {
  const host = useHost();
  const isSeen = useSeen(place);
  const { trusted, sandboxed, revision, declined } = plugin;
  // The list has only what was found in changed files.
  const listed = declined === 'kept' ? [] : findingsIn(plugin);
  // NousViz 1.0 has neither revisions nor findings.
  const isScanned = trusted || sandboxed || revision !== undefined;
  const isWanted = isSeen && listed.length === 0 && plugin.components.length > 0 && isScanned;
  const [requested, setRequested] = useState<readonly Findings[]>([]);
  useEffect(() => {
    let isCurrent = true;
    if (isWanted)
      findingsOnce(host, plugin).then(
        (found) => isCurrent && setRequested(found),
        // A list without marks is still a list.
        () => undefined,
      );
    return () => {
      isCurrent = false;
    };
  }, [host, plugin, isWanted]);
  return listed.length > 0 ? listed : isWanted ? requested : [];
}

/** Names the worst that a plugin's code reaches for, for lists of plugins; nothing if nothing risky was found. */
export function PluginRisk({ plugin, messages: own }: PluginRiskProps) {
  const messages = useTexts(riskTexts, own);
  const { phrases, risky, severe } = messages.powers;
  const place = useRef<HTMLSpanElement>(null);
  const powers = powersOf(plugin.id, useFindings(plugin, place)).filter(({ isRisky }) => isRisky);
  const [worst] = powers;
  return (
    <span ref={place} className="nvz-ui nvz-ui-risk" lang={messages.locale} dir={messages.direction}>
      {worst && (
        <>
          <Mark isSevere={worst.isSevere} label={worst.isSevere ? severe : risky} />
          <span>
            {isOfNew(plugin) && `${messages.risk.inNew} `}
            {capitalise(
              formatSome(
                messages,
                powers.map(({ power, names }) => phrases[power](formatSome(messages, names, 1))),
                1,
              ),
              messages.locale,
            )}
          </span>
        </>
      )}
    </span>
  );
}
