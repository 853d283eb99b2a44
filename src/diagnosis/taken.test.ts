import { afterEach, expect, test, vi } from 'vitest';
import { createError, errorOf } from '../contract/words.ts';
import { findThrown, type Runs } from './taken.ts';

const urlOf = (pluginId: string, query = '') => `/api/plugins/${pluginId}/widget/Chart.js${query}`;
const place = (cause: unknown, hash = 'new') => ({
  pluginId: 'sales',
  component: 'Chart',
  file: 'dist/Chart.js',
  hash,
  cause,
});

/** Diagnoses the bundle of `sales`; `texts` are the bundles by URL that the server has. */
const find = (cause: unknown, text = '', runs: Runs = new Map(), texts: Record<string, string> = {}) =>
  findThrown({
    url: urlOf('sales', '?v=new'),
    place: place(cause),
    text,
    runs,
    fetch: async (url) => new Response(texts[url] ?? ''),
  });

const thrown = (name: string, message: string) => Object.assign(new Error(message), { name });

customElements.define('x-taken', class extends HTMLElement {});
Object.defineProperty(window, 'takenValue', { value: 1 });
class Library {
  run() {}
}
Object.assign(globalThis, { Library });
Object.defineProperty(Library.prototype, 'takenMethod', { value() {} });
afterEach(() => vi.unstubAllGlobals());

const define = (name: string) => `const a=1;customElements.define("${name}",class extends HTMLElement{});`;

test.each([
  // Chromium, Firefox and WebKit.
  [
    'NotSupportedError',
    `Failed to execute 'define' on 'CustomElementRegistry': the name "x-taken" has already been used with this registry`,
    '',
    '"x-taken"',
  ],
  [
    'NotSupportedError',
    `CustomElementRegistry.define: 'x-taken' has already been defined as a custom element`,
    '',
    '"x-taken"',
  ],
  [
    'NotSupportedError',
    'Cannot define multiple custom elements with the same tag name',
    define('x-taken') + define('x-free'),
    '"x-taken"',
  ],
  [
    'NotSupportedError',
    'Cannot define multiple custom elements with the same tag name',
    'const tag = "x-taken", other = "x-free";',
    '"x-taken"',
  ],
  ['NotSupportedError', 'Cannot define multiple custom elements with the same tag name', '', 'a name'],
  ['TypeError', 'Cannot redefine property: takenValue', '', '"takenValue"'],
  ['TypeError', `can't redefine non-configurable property "takenValue"`, '', '"takenValue"'],
  [
    'TypeError',
    'Attempting to change value of a readonly property.',
    `Object.defineProperty(window,"takenValue",{value:1})`,
    '"takenValue"',
  ],
  ['TypeError', 'Cannot redefine property: takenMethod', '', '"takenMethod"'],
  [
    'InvalidModificationError',
    `Failed to execute 'registerProperty' on 'CSS': The name provided has already been registered.`,
    `CSS.registerProperty({name:"--taken",syntax:"*"})`,
    '"--taken"',
  ],
  [
    'InvalidModificationError',
    'CSS.registerProperty: Property already registered',
    `CSS.registerProperty({ syntax: "*", name: '--taken' })`,
    '"--taken"',
  ],
  ['InvalidModificationError', 'This property has already been registered.', '', 'a name'],
  [
    'TypeError',
    `Failed to execute 'createPolicy' on 'TrustedTypePolicyFactory': Policy with name "taken" already exists.`,
    '',
    '"taken"',
  ],
  ['Error', 'The library “taken” is already loaded.', '', '"taken"'],
  ['Error', 'already registered', '', 'a name'],
] as const)('%s: %s', async (name, message, text, taken) => {
  const { code, details } = await find(thrown(name, message), text);
  expect(code).toBe('NAME_TAKEN');
  expect(details).toMatchObject({ name: taken, variant: undefined, definer: 'code on this page' });
});

test.each([
  ['TypeError', 'Cannot redefine property: ofItsOwn'],
  ['TypeError', `Cannot assign to read only property 'a' of object '#<Object>'`],
  ['TypeError', 'Cannot redefine property: __esModule'],
  ['NotSupportedError', 'The operation is not supported.'],
  ['Error', 'boom'],
  ['Error', 'The session has already expired.'],
])('is an error of the bundle: %s: %s', async (name, message) => {
  expect(await find(thrown(name, message))).toMatchObject({
    code: 'BUNDLE_THREW',
    details: { variant: undefined },
  });
});

const takenElement = thrown(
  'NotSupportedError',
  'the name "x-taken" has already been used with this registry',
);

test('names the bundles that define the name', async () => {
  const runs: Runs = new Map([
    [urlOf('maps', '?v=1'), undefined],
    [urlOf('maps', '?v=1&r=1'), undefined],
    [urlOf('clock', '?v=2'), undefined],
  ]);
  const texts = {
    [urlOf('maps', '?v=1')]: define('x-taken'),
    [urlOf('maps', '?v=1&r=1')]: define('x-taken'),
  };
  const failure = await find(takenElement, define('x-taken'), runs, texts);
  expect(failure.details).toMatchObject({ definer: ['maps/Chart.js'], variant: undefined });
  expect(errorOf(failure).message).toBe(
    'sales/Chart: dist/Chart.js defines "x-taken", which maps/Chart.js has defined before: the name "x-taken" has already been used with this registry. A reload does not help. Define it only if it is missing, as in customElements.get(name) || customElements.define(name, …). [NAME_TAKEN]',
  );
});

test.each([
  ['the same bytes', '?v=new'],
  ['an earlier version', '?v=old'],
])('asks for a reload if %s ran before', async (_, query) => {
  const url = urlOf('sales', query);
  const failure = await find(takenElement, define('x-taken'), new Map([[url, undefined]]), {
    [url]: define('x-taken'),
  });
  expect(failure.details).toMatchObject({ variant: 'again', definer: 'an earlier run of it' });
  expect(errorOf(failure)).toMatchObject({ fix: 'Reload the page to run the current version.' });
});

test('asks for a reload if the bundle computes the name', async () => {
  const failure = await find(
    takenElement,
    'define(`x-${kind}`)',
    new Map([[urlOf('sales', '?v=old'), undefined]]),
  );
  expect(failure.details).toMatchObject({ variant: 'again' });
});

test('knows that an update takes the name of another plugin', async () => {
  const runs: Runs = new Map([
    [urlOf('sales', '?v=old'), undefined],
    [urlOf('maps', '?v=1'), undefined],
  ]);
  const failure = await find(takenElement, define('x-taken'), runs, {
    [urlOf('maps', '?v=1')]: define('x-taken'),
  });
  expect(failure.details).toMatchObject({ variant: undefined, definer: ['maps/Chart.js'] });
});

test('repeats the first failure of the same bytes, whose second run fails at a name of its own', async () => {
  const first = createError('NAME_TAKEN', {
    ...place(takenElement),
    name: '"x-theirs"',
    definer: 'maps/Chart.js',
  });
  const url = urlOf('sales', '?v=new');
  const failure = await find(takenElement, define('x-taken'), new Map([[url, first]]), {
    [url]: define('x-taken'),
  });
  expect(failure.details).toMatchObject({ name: '"x-theirs"', definer: 'maps/Chart.js' });
});

test('asks for a reload if a bundle that ran throws another error than before', async () => {
  const url = urlOf('sales', '?v=new');
  const threw = (message: string) => createError('BUNDLE_THREW', { ...place(new Error(message)) });
  expect(await find(new Error('boom'), '', new Map([[url, threw('boom')]]))).toEqual({
    code: 'BUNDLE_THREW',
    details: { ...place(new Error('boom')), message: undefined },
  });
  const failure = await find(new Error('boom'), '', new Map([[url, threw('bang')]]));
  expect(failure).toMatchObject({ code: 'BUNDLE_THREW', details: { variant: 'again' } });
  expect(errorOf(failure).fix).toMatch(/reload the page/);
  // Where it ran before, the property need not be found.
  expect(
    await find(thrown('TypeError', 'Cannot redefine property: inner'), '', new Map([[url, undefined]])),
  ).toMatchObject({ code: 'NAME_TAKEN', details: { name: '"inner"', variant: 'again' } });
});
