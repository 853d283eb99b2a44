import type { Integrity } from './integrity.ts';

/** The record's path in the folder of an installed plugin. No archive can contain it, since its name is hidden. */
export const INSTALL_RECORD = '.nousviz-installed.json';

/** What the installation of an archive left for later ones. */
export interface InstallRecord {
  format: 1;
  /** The SHA-256 of the archive, in lower-case hex. */
  archive: string;
  /** The public key whose owner signed the archive; absent if nobody did. */
  signed_by?: string;
  /** Whether the same key had signed the version before; absent for the first version. */
  same_key?: boolean;
  files: Integrity['files'];
}
