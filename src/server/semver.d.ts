// The package has no types of its own.
declare module 'semver' {
  const semver: {
    /** The range as conditions with three numbers, joined by ` ` and `||`; an empty string or `*` for every version; `null` for no range. */
    validRange(range: string): string | null;
    /** The version without blanks and prefixes, or `null` for none. */
    valid(version: string): string | null;
    /** Whether a version is older than another. */
    lt(version: string, other: string): boolean;
    /** Whether some version is in both ranges. */
    intersects(range: string, other: string): boolean;
  };
  export default semver;
}
