import type { Power } from './powers.ts';
import type { Reason } from './recommend.ts';

type Phrase = (names: string) => string;

/** What code does, after "The code …", by power. @param names What was found, as one list. */
export const phrases: Record<Power, Phrase> = {
  session: () => 'reads the session token',
  intercepts: (names) => `takes over this app’s requests (${names})`,
  allStorage: (names) => `reads everything in the browser’s storage, where the session token is (${names})`,
  decides: (names) => `calls this app’s routes for decisions about plugins (${names})`,
  hosts: (names) => `contacts ${names}`,
  hidden: (names) => `hides which names it reads (${names})`,
  code: (names) => `runs code from strings (${names})`,
  otherRoutes: (names) => `calls routes that are not its own (${names})`,
  cookies: (names) => `uses cookies (${names})`,
  storage: (names) => `uses the browser’s storage (${names})`,
  network: (names) => `sends web requests by itself (${names})`,
  addresses: (names) => `loads from addresses that it builds while it runs (${names})`,
  workers: (names) => `starts workers (${names})`,
  navigation: (names) => `can leave this page or open others (${names})`,
  features: (names) => `uses other browser features (${names})`,
  modules: (names) => `loads other modules (${names})`,
  ownRoutes: (names) => `calls its own routes (${names})`,
  query: (names) => `queries the database (${names})`,
  helpers: (names) => `uses this app’s helpers (${names})`,
};

/** Why a verdict is recommended. */
export const reasons: Record<Reason, string> = {
  revoked: 'Trust in this plugin was revoked.',
  unusable: 'A file is missing, or the server cannot read it.',
  unscanned: 'The server did not scan the code.',
  unscannedSandbox: 'The server did not scan the code. A frame cannot reach your session.',
  severe: 'It reaches for your session or for decisions about plugins, which no widget needs.',
  changeAdds: 'The new version reaches for more than the one that you accepted.',
  changeSame: 'The scan found nothing new in the code.',
  risky: 'It reaches for more than its own routes.',
  riskySandbox: 'It reaches for more than its own routes. A frame refuses that.',
  harmless: 'The scan found nothing risky.',
  harmlessKnown: 'The scan found nothing risky, and the plugin’s source is known.',
  harmlessSandbox: 'The scan found nothing risky, but nobody has checked who made it.',
};
