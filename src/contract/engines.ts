/** The parts of a page of which a manifest may say which versions the plugin needs (CONTRACT M4). */
export const ENGINES = ['nousviz-runtime', 'react'] as const;

/** A part of a page that has a version. */
export type Engine = (typeof ENGINES)[number];

/** The ranges of versions that a plugin needs, as its manifest spells them: `{react: '^18.3 || ^19'}`. */
export type Engines = Readonly<Partial<Record<Engine, string>>>;
