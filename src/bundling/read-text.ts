import { readFileSync } from 'node:fs';

/** The text of a module, or an empty string for a module that is no file, since another plugin made it. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
