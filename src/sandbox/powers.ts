/**
 * The powers that a frame refuses, each as the end of “The widget tried to …”. The frame says which one a failure is about, and no
 * more than that: these sentences are the page's (CONTRACT X2).
 */
export const POWERS = {
  storage: 'use the browser’s storage or cookies',
  network: 'request another address than the routes of its plugin',
  routes: 'request a route that is not its plugin’s',
  media: 'load an image, a font or a style sheet from a server',
  workers: 'start a shared worker, a service worker or a worker that is not in its file',
  code: 'run code from text',
  frames: 'show another document in its panel',
  page: 'reach the page around it',
  navigation: 'change the address of the page or of its frame',
  popups: 'open a window',
  dialogs: 'show a dialog of the browser',
  forms: 'send a form',
  downloads: 'start a download',
  screen: 'fill the screen',
  devices: 'use the clipboard, a device or another permission of the browser',
  other: 'do what browsers refuse in a frame',
} as const;

/** The name of a power that a frame refuses. */
export type Power = keyof typeof POWERS;

export const isPower = (value: unknown): value is Power =>
  typeof value === 'string' && Object.hasOwn(POWERS, value);
