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

/**
 * Makes the facts about a plugin whose bytes on the disk wait for a decision (CONTRACT P1). After a revoke, the bytes that ran are asked
 * about, so that an operator can trust them again; while earlier ones run, they are declined.
 *
 * @param recorded What is recorded about these bytes.
 */
export function waitingFacts(
  grant: Grant | undefined,
  { version, against, revoked }: DecisionFacts = {},
): Pick<
  PluginFacts,
  | 'accepted_version'
  | 'declined'
  | 'declined_by'
  | 'declined_at'
  | 'revoked_by'
  | 'revoked_at'
  | 'revoked_bytes'
> {
  const isDeclined = against && (grant || against.act !== 'revoke');
  return {
    ...(grant && version !== undefined && { accepted_version: version }),
    ...(isDeclined && {
      declined: grant ? 'kept' : 'refused',
      declined_by: against.who,
      declined_at: against.when,
    }),
    ...(!grant &&
      revoked && {
        revoked_by: revoked.who,
        revoked_at: revoked.when,
        revoked_bytes: against?.act === 'revoke' ? 'same' : 'other',
      }),
  };
}
