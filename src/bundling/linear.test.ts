import { expect, test } from 'vitest';
import { readBundle } from '../bundle/index.ts';
import { readFindings } from '../bundle/parsed.ts';
import { dropOldFonts } from './fonts.ts';
import { readFrameUses } from './frame-uses.ts';
import { lineOf } from './line-of.ts';
import { isUnguarded } from './missing.ts';
import { findLeftovers } from './node-leftovers.ts';
import { findOwnGlobals } from './own-globals.ts';
import { problemsOf, readProblems } from './problems.ts';
import { rewriteReferences } from './references.ts';
import { splitSourceMap } from './source-map-comment.ts';
import { attachStyles } from './styles.ts';

/** Code that makes the readers look for everything: React's internals, its elements, `require`, JSX, Node's names. */
const TRIGGERS = `import * as R from "/api/widget-runtime/react.js"; var k = Symbol.for("react.element"), e = {};
e.jsx = function (t) { return { $$typeof: k, type: t, props: {} } }; z = q.$$typeof || Symbol.for("react.element");
a.createElement = 1; React.createElement("b"); x.H.useState(0); process.nextTick(f); y = import.meta.url;
var rq = /* @__PURE__ */ ((x) => typeof require !== "undefined" ? require : x)(1); rq("zz"); try { require("x") } catch (e) {}
`;
const INTERNALS = 'a.__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED = 1; a.version = vvv;';
const WITHOUT_VERSION = 'b.__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE = 1;';
const END = '\nfunction W() {}\nexport { W as default };\n';

/** Bundles around a long run, by the place of the run. */
const BUNDLES: Record<string, (run: string) => string> = {
  'a string': (run) => `${TRIGGERS} var s = ${JSON.stringify(run)};${END}`,
  'a string beside a React': (run) => `${TRIGGERS}${INTERNALS} var s = ${JSON.stringify(run)};${END}`,
  'a string before a React': (run) => `${TRIGGERS} var s = ${JSON.stringify(run)}; ${WITHOUT_VERSION}${END}`,
  'a plain bundle': (run) =>
    `import { a } from "/api/widget-runtime/react.js"; var s = ${JSON.stringify(run)};${END}`,
  'a comment': (run) => `${TRIGGERS} /* ${run.replaceAll('*/', '')} */${END}`,
  code: (run) => `${TRIGGERS}${INTERNALS} ${run};${END}`,
  'a styled bundle': (run) =>
    attachStyles(`${TRIGGERS} var s = ${JSON.stringify(run)};${END}`, '.a { color: red }'),
};

const RUNS = [
  ' ',
  '\n',
  ' \n',
  'a = ',
  'import ',
  'from ',
  '@import ',
  'typeof ',
  'new URL(',
  'new Worker(new URL("',
  // One run for each word.
  ...String.raw`a a1_ $ . a. ( ((a = a= / /* // * " ' ; , { [ < @ a( a(" \ :// https://a. a: url( … => require require(
    React React. .jsx .jsx= $$typeof a=a.$$typeof .version= @font-face{ src: import.meta.url data:font/woff2`.split(
    /\s+/,
  ),
  '`',
];

/** Every reader of text that a bundler or a package wrote. */
const READERS: Record<string, (run: string) => unknown> = {
  ...Object.fromEntries(
    Object.entries(BUNDLES).flatMap(([place, bundle]) => [
      [`readBundle of ${place}`, (run: string) => readBundle(bundle(run))],
      [`readFindings of ${place}`, (run: string) => readFindings(bundle(run))],
      [`readFrameUses of ${place}`, (run: string) => readFrameUses(bundle(run), 'a')],
      [`readProblems of ${place}, new`, (run: string) => readProblems(bundle(run), 'W.js', { isNew: true })],
      [`problemsOf ${place}`, (run: string) => problemsOf(bundle(run), 'W.js')],
    ]),
  ),
  'attachStyles of a sheet': (run) => {
    for (const css of [run, `@charset "x"; ${run}`, `@font-face{src:url("${run}")}`, `/* ${run}`])
      attachStyles(END, css.replaceAll(/@import/g, '@imports'));
  },
  dropOldFonts: (run) => dropOldFonts(`@font-face{src:${run}} ${run}`),
  splitSourceMap: (run) => splitSourceMap(`\n//# sourceMappingURL=${run}`),
  lineOf: (run) => lineOf(`${run} import "x"`, 'x'),
  rewriteReferences: (run) => rewriteReferences(`import.meta ${run}`, '/nowhere/W.ts', '/nowhere'),
  findLeftovers: (run) =>
    findLeftovers(
      ['process.nextTick'],
      [{ path: 'W.ts', text: `const a: number; process ${run}`, importers: [] }],
    ),
  findOwnGlobals: (run) =>
    findOwnGlobals([{ path: 'W.ts', text: `process.version; ${run} process.title`, importers: [] }]),
  isUnguarded: (run) => isUnguarded(`${TRIGGERS} var s = ${JSON.stringify(run)}; require("a")`, 'x'),
};

/** The CPU time of a call in milliseconds. */
function cpu(call: () => unknown): number {
  const start = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const LENGTH = 15_000;

// A reader that is quadratic takes 16 times as long for a run of four times the length, a linear one 4 times.
test.each(Object.keys(READERS))(
  '%s takes time in proportion to the length of a run',
  { timeout: 300_000 },
  (name) => {
    const read = (run: string, length: number) =>
      READERS[name]!(run.repeat(Math.ceil(length / run.length)).slice(0, length));
    const slow = RUNS.filter((run) => {
      const ratio = () => {
        const long = cpu(() => read(run, 4 * LENGTH));
        // The first calls of a function are slow, and the time of a short call is mostly other work.
        return long < 60 ? 0 : long / cpu(() => read(run, LENGTH));
      };
      return [1, 2, 3].every(() => ratio() > 9);
    });
    expect(slow).toEqual([]);
  },
);
