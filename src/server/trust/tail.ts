import type { BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { ifMissing } from './store-error.ts';

/** The bytes that are read at once. Other requests get their turn between two reads. */
const CHUNK_BYTES = 256 * 1024;

/** The number of bytes that are read again, to see whether the file still begins with the lines that were read. */
const CHECKED_BYTES = 4096;

/** The byte that ends a line. */
export const NEWLINE = 0x0a;

/** Receives the lines of a file that grows. */
export interface LineReceiver {
  /** Receives the complete lines that are new, and the number of the first of them; lines are counted from 1. */
  add(lines: readonly string[], first: number): void;
  /** Forgets all lines, since the file was replaced, truncated or deleted. */
  reset(): void;
}

/** Makes the identity of a file's content; each append changes it. */
const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats) =>
  `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;

/** Reads a part of a file; less if the file ends before. */
export async function readAt(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, start + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/**
 * Makes a function that reads the lines that were appended to a file since its last call, and only them. It reads the whole file
 * again if another process replaced, truncated or rewrote it. Its calls must not overlap.
 *
 * @returns A function that returns the text after the last line end: a line that is not complete yet.
 */
export function createTail(path: string, { add, reset }: LineReceiver): () => Promise<string> {
  const start = { stamp: '', file: '', size: 0, end: 0, lines: 0, checked: Buffer.alloc(0), rest: '' };
  let state = start;

  function restart(): void {
    state = start;
    reset();
  }

  /** Whether the file begins with the lines that were read. */
  async function continues(handle: FileHandle, file: string, size: number): Promise<boolean> {
    const { end, checked } = state;
    // A change that adds nothing is a change of what was read.
    if (file !== state.file || size <= state.size) return false;
    return (await readAt(handle, end - checked.length, end)).equals(checked);
  }

  function addLines(complete: Buffer): void {
    const lines = complete.toString().split('\n').slice(0, -1);
    add(lines, state.lines + 1);
    const checked = Buffer.from(Buffer.concat([state.checked, complete]).subarray(-CHECKED_BYTES));
    state = { ...state, end: state.end + complete.length, lines: state.lines + lines.length, checked };
  }

  /** Reads the lines up to a size; more may have been appended since. */
  async function readTo(handle: FileHandle, size: number): Promise<void> {
    let pending: Buffer[] = [];
    for (let at = state.end; at < size;) {
      const chunk = await readAt(handle, at, Math.min(size, at + CHUNK_BYTES));
      if (chunk.length === 0) break;
      at += chunk.length;
      const length = chunk.lastIndexOf(NEWLINE) + 1;
      if (length > 0) addLines(Buffer.concat([...pending, chunk.subarray(0, length)]));
      pending = length > 0 ? [chunk.subarray(length)] : [...pending, chunk];
    }
    state = { ...state, rest: Buffer.concat(pending).toString() };
  }

  return async () => {
    const found = await stat(path, { bigint: true }).catch(ifMissing(undefined));
    if (found && stampOf(found) === state.stamp) return state.rest;
    const handle = found && (await open(path, 'r').catch(ifMissing(undefined)));
    if (!handle) {
      restart();
      return '';
    }
    try {
      const now = await handle.stat({ bigint: true });
      const [file, size] = [`${now.dev} ${now.ino}`, Number(now.size)];
      if (!(await continues(handle, file, size))) restart();
      // An error below leaves no stamp, so that the next call reads on.
      state = { ...state, stamp: '', file, size: state.end };
      await readTo(handle, size);
      state = { ...state, stamp: stampOf(now), size };
      return state.rest;
    } finally {
      await handle.close();
    }
  };
}
