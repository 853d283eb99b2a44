import { useEffect, useState } from 'react';
import type { Plugin } from '../contract/index.ts';
import { useHost } from '../react/index.ts';

/** Whether the list lacks what was found in code that waits: the server had not scanned it yet. NousViz 1.0 scans none. */
const isUnscanned = ({ revision, needs_consent, components }: Plugin) =>
  revision !== undefined &&
  components.some(
    ({ sha256, findings, changed }) => sha256 !== undefined && !findings && (needs_consent || changed),
  );

/** Returns a plugin with what was found in code that waits for a decision, which it requests if the list lacks it; `undefined` meanwhile. */
export function useScanned(listed: Plugin | undefined): Plugin | undefined {
  const host = useHost();
  const [scanned, setScanned] = useState<{ listed: Plugin; found: Plugin }>();
  const isNeeded = listed !== undefined && isUnscanned(listed);
  useEffect(() => {
    if (!isNeeded) return undefined;
    let isCurrent = true;
    const end = (found: Plugin) => {
      if (isCurrent) setScanned({ listed, found });
    };
    import('./findings-client.ts')
      .then(({ requestScan }) => requestScan(host, listed))
      // The review then says that the code was not scanned.
      .then(end, () => end(listed));
    return () => {
      isCurrent = false;
    };
  }, [host, listed, isNeeded]);
  return !isNeeded ? listed : scanned?.listed === listed ? scanned.found : undefined;
}
