export type { ApiFetch, ApiFetchOptions } from './api-fetch.ts';
export { formatters, type Formatters } from './formatters.ts';
export { createWidgets, standardHelpers, type OwnHelpers, type Widgets } from './helpers.ts';
export type { OnUnauthorized } from './session.ts';
