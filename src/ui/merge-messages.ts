/** A part of an object, at every level; functions stay whole. */
export type PartOf<Value> = {
  [Key in keyof Value]?: Value[Key] extends (...given: never[]) => unknown
    ? Value[Key]
    : Value[Key] extends object
      ? PartOf<Value[Key]>
      : Value[Key];
};

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Replaces some texts. A text that is `undefined` stays. */
export function mergeMessages<Texts extends object>(base: Texts, own: PartOf<Texts> | undefined): Texts {
  if (!own) return base;
  const merged = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(own)) {
    const before = merged[key];
    if (value !== undefined)
      merged[key] = isGroup(before) && isGroup(value) ? mergeMessages(before, value) : value;
  }
  return merged as Texts;
}
