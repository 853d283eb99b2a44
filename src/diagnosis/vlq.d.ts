// The package has types, but its "exports" do not name them.
declare module 'vlq' {
  /** Decodes a sequence of base64 VLQs into integers. */
  export function decode(text: string): number[];
}
