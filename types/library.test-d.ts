import type * as library from '../src/index.ts';

/** `true` if each of two types is assignable to the other. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;

type Helper = (...inputs: never[]) => unknown;

/** The helpers whose types agree. It compares parameters and results, because a method with narrower parameters is assignable. */
type Agreement<A extends Record<keyof B, Helper>, B extends Record<keyof A, Helper>> = {
  [Name in keyof A]: Same<
    [Parameters<A[Name]>, ReturnType<A[Name]>],
    [Parameters<B[Name]>, ReturnType<B[Name]>]
  >;
};

// The types that authors copy are the library's types.
export const props: Same<CustomWidgetProps, library.CustomWidgetProps> = true;
export const helpers: Agreement<NousVizWidgets, library.Widgets> = {
  apiFetch: true,
  formatRelativeTime: true,
  formatAbsoluteTime: true,
  formatNumber: true,
  formatBytes: true,
  cn: true,
};
export const published: Same<NousVizGlobal, library.NousVizGlobal> = true;
export const members: Same<keyof NousVizGlobal, keyof library.NousVizGlobal> = true;

// All values of the library. An error is a type alone: isWidgetError recognises it, from whatever realm it is.
export const values: Same<
  keyof typeof library,
  | 'createHost'
  | 'createHostWithHelpers'
  | 'CustomPanel'
  | 'Dashboard'
  | 'formatters'
  | 'HostProvider'
  | 'isWidgetError'
  | 'preloadLinks'
  | 'useComponents'
  | 'useHost'
  | 'usePlugins'
  | 'version'
> = true;
export const guarded: Same<typeof library.isWidgetError, (thrown: unknown) => thrown is library.WidgetError> =
  true;

// Narrower parameters, another result, a missing helper and an optional prop do not agree.
type Different = Omit<NousVizWidgets, 'cn' | 'formatBytes'> & {
  cn(...names: string[]): string;
  formatBytes(n?: number | null): Node;
};
export const different: Agreement<Different, library.Widgets> = {
  apiFetch: true,
  formatRelativeTime: true,
  formatAbsoluteTime: true,
  formatNumber: true,
  // @ts-expect-error
  formatBytes: true,
  // @ts-expect-error
  cn: true,
};
// @ts-expect-error
export type Missing = Agreement<Omit<NousVizWidgets, 'cn'>, library.Widgets>;
// @ts-expect-error
export const optional: Same<Partial<CustomWidgetProps>, library.CustomWidgetProps> = true;
