/** The texts of safe mode. */
export const safeMode = {
  label: 'Safe mode',
  title: 'Plugins are switched off.',
  names: (names: string) => `Their code does not run on this page: ${names}.`,
  on: 'Switch them on again',
  off: 'Open without plugins',
  offNote:
    'If a plugin breaks the page or slows it down: this opens the app with the code of all plugins switched off. It changes no decision, and is only for this tab.',
};
