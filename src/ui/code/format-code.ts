import { print } from 'esrap';
import ts from 'esrap/languages/ts';
import { parseModule } from '../../bundle/parsed.ts';

/** A bundle's code for reading. */
export interface FormattedCode {
  text: string;
  /** Whether the text is the code as it was written, because it could not be formatted. */
  isAsWritten: boolean;
}

/** Formats the code of a bundle, without its comments. Never throws: code that cannot be parsed stays as it is. */
export function formatCode(code: string): FormattedCode {
  try {
    return { text: print(parseModule(code), ts({ quotes: 'single' })).code, isAsWritten: false };
  } catch {
    return { text: code, isAsWritten: true };
  }
}
