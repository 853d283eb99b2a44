export { ArchiveError } from './archive-error.ts';
export { installArchive, type InstalledArchive, type InstallOptions } from './install.ts';
export { INTEGRITY_FILE, listFiles, sha256Of } from './integrity.ts';
export { problemOfPath, findCollision } from './paths.ts';
export { signArchive, verifyArchive } from './signature.ts';
export { ARCHIVE_LIMITS, writeZip, type Files } from './zip.ts';
