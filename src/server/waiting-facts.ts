import type { FrontendBlock, PluginFacts } from '../contract/index.ts';
import type { DecisionFacts, Grant } from './trust/store.ts';

type Hashes = Readonly<Record<string, string>>;

/** Whether bytes on the disk wait for a decision. */
export const isWaiting = ({ needs_consent, components }: FrontendBlock): boolean =>
  needs_consent || components.some(({ changed }) => changed === true);

/** Returns the hashes of the bundles on the disk, by file name, without those that cannot be read. */
export const diskHashes = ({ components }: FrontendBlock): Hashes =>
  Object.fromEntries(
    components.flatMap(({ filename, sha256 }) => (sha256 === undefined ? [] : [[filename, sha256]])),
  );

/** Whether two versions have the same bundles. */
export const areSame = (one: Hashes, other: Hashes): boolean =>
  Object.keys({ ...one, ...other }).every(
    (file) => Object.hasOwn(one, file) && Object.hasOwn(other, file) && one[file] === other[file],
  );

/** Reads what is recorded about a plugin besides its grant. */
export type FactsReader = (pluginId: string) => Promise<DecisionFacts | undefined>;

const recordedOf = async (id: string, factsOf: FactsReader): Promise<DecisionFacts> =>
  (await factsOf(id).catch((thrown: unknown) =>
    console.error(`${id}: the decisions about it could not be read:`, thrown),
  )) ?? {};

/** Returns the version of a plugin with the bytes of the last consent, if it was recorded. */
export const acceptedVersion = async (id: string, factsOf: FactsReader): Promise<string | undefined> =>
  (await recordedOf(id, factsOf)).version;

/** Makes the facts about a plugin whose bytes on the disk wait for a decision (CONTRACT P1); none about other plugins. */
export async function waitingFacts(
  id: string,
  block: FrontendBlock,
  grant: Grant | undefined,
  factsOf: FactsReader,
): Promise<Pick<PluginFacts, 'accepted_version' | 'declined'>> {
  if (!isWaiting(block)) return {};
  // Without the record, pages ask about bytes that an operator has declined.
  const { version, declined } = await recordedOf(id, factsOf);
  return {
    ...(grant && version !== undefined && { accepted_version: version }),
    ...(declined && areSame(declined, diskHashes(block)) && { declined: grant ? 'kept' : 'refused' }),
  };
}
