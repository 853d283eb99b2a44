import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bench } from './bench.test.kit.ts';
import type { RegistryRow, Row } from './rounds.js';
import type { Summary } from './table.js';

let folder: string;
let table: string;
let results: Summary & { samples: { rows: Row[]; registry: RegistryRow[] } };

// Times are not checked, since the machine may be busy.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
  const json = join(folder, 'results.json');
  const { stdout } = await bench(
    '--cells',
    '2/5',
    '--rounds',
    '1',
    '--cpu',
    '1,2',
    '--rtt',
    '200',
    '--waterfall',
    '--json',
    json,
  );
  table = stdout;
  results = JSON.parse(await readFile(json, 'utf8'));
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const rowOf = (name: string, cell = '2/5') =>
  results.samples.rows.find((row) => row.contender === name && row.cell === cell)!;

test('loads the page of every contender', () => {
  const names = results.samples.rows.map(({ contender }) => contender);
  expect(names).toEqual(
    expect.arrayContaining([
      'limit',
      'limit-roots',
      'limit-static',
      'limit-contract',
      'nousviz-hints',
      'nousviz-static',
      'import-map',
      'systemjs',
      'module-federation',
    ]),
  );
  for (const { cold, second, errors } of results.samples.rows) {
    expect(errors).toEqual([]);
    expect(cold.time).toBeGreaterThan(0);
    expect(second!.time).toBeGreaterThan(0);
  }
});

test('counts the renders, at least one for each panel of either dashboard', () => {
  for (const { cold, second } of results.samples.rows) {
    expect(cold.renders).toBeGreaterThanOrEqual(2);
    expect(second!.renders).toBeGreaterThanOrEqual(2);
  }
});

test('loads the limit in the minimum of requests and waves', () => {
  const { cold, second } = rowOf('limit');
  // The page, the host, two shims, two widgets, then two other widgets.
  expect([cold.requests, cold.waves]).toEqual([6, 2]);
  expect([second!.requests, second!.waves]).toEqual([2, 1]);
});

test('loads the limit with separate roots in as few, and as a static page in one more', () => {
  const [roots, asking] = ['limit-roots', 'limit-static'].map((name) => rowOf(name).cold);
  expect([roots!.requests, roots!.waves]).toEqual([6, 2]);
  expect([asking!.requests, asking!.waves]).toEqual([7, 3]);
});

test('has this library’s widgets in two waves with hints, in three without', () => {
  const hints = rowOf('nousviz-hints');
  expect([hints.cold.waves, rowOf('nousviz-static').cold.waves]).toEqual([2, 3]);
  // The page, the host, two shims, two widgets: the minimum.
  expect(hints.cold.requests).toBe(6);
  const paths = rowOf('nousviz-static').requests.map(({ path }) => path);
  expect(paths.filter((path) => path.includes('/widget/'))).toHaveLength(2);
});

test('requests list and dashboard, then the widgets, if a peer has no hints', () => {
  for (const name of ['import-map', 'systemjs', 'module-federation']) {
    expect([name, rowOf(name).cold.waves]).toEqual([name, 4]);
    const paths = rowOf(name).requests.map(({ path }) => path);
    expect(paths).toContain('/static/first.json');
    expect(paths.filter((path) => /plugin-\d{4}\.js$/.test(path))).toHaveLength(2);
  }
});

test('uses the library’s own host API', () => {
  const paths = rowOf('nousviz-static').requests.map(({ path }) => path);
  expect(paths).toContain('/api/plugins/plugin-0000/dashboards/first');
  expect(paths).toContain('/api/plugins/plugin-0000/widget/Widget0000.js');
  expect(paths.filter((path) => path.startsWith('/static/'))).toEqual([]);
});

test('compares each contender with the limit of the same round', () => {
  for (const { contender, cell, cold } of results.lines)
    expect(cold.ratio!.median).toBeCloseTo(rowOf(contender, cell).cold.time / rowOf('limit', cell).cold.time);
});

test('has each cell also on a slower processor', () => {
  expect([...new Set(results.lines.map(({ cell }) => cell))]).toEqual(['2/5', '2/5 ÷ 2']);
});

test('compares ours with the floor and with the best peer of the same cell', () => {
  const of = (cell: string, contender: string) =>
    results.comparisons
      .filter((one) => one.cell === cell && one.contender === contender)
      .map(({ measure, base, unit }) => `${measure} ${unit} ${base.replace(/^.*, the/, 'the')}`);
  for (const cell of ['2/5', '2/5 ÷ 2']) {
    expect(of(cell, 'nousviz-hints')).toEqual(
      expect.arrayContaining([
        'cold × limit-roots',
        'cold × the best peer',
        'second × the best peer',
        'in view × the best peer',
        'hovered × the best peer',
        'heap MB limit-roots',
      ]),
    );
    expect(of(cell, 'nousviz-static')).toContain('cold × limit-static');
  }
  const { ratio } = results.comparisons.find(({ base, cell }) => base === 'limit-roots' && cell === '2/5')!;
  expect(ratio.median).toBeCloseTo(rowOf('nousviz-hints').cold.time / rowOf('limit-roots').cold.time);
});

test('has a number for each comparison', () => {
  // JSON has null for NaN.
  const values = results.comparisons.flatMap(({ ratio: { median, low, high } }) => [median, low, high]);
  expect(values.filter((value) => !Number.isFinite(value))).toEqual([]);
});

test('stays on the first dashboard with --cold, and has the same numbers of it', async () => {
  const json = join(folder, 'cold.json');
  const contenders = ['--only', 'nousviz-hints,limit-roots', '--cells', '2/5', '--cpu', '1'];
  const { stdout } = await bench('--cold', ...contenders, '--rounds', '1', '--rtt', '200', '--json', json);
  const cold: typeof results = JSON.parse(await readFile(json, 'utf8'));
  expect(cold.comparisons.map(({ measure, base }) => [measure, base])).toEqual(
    expect.arrayContaining([['cold', 'limit-roots']]),
  );
  for (const row of cold.samples.rows) {
    const { requests, waves, renders } = rowOf(row.contender).cold;
    expect(row.cold).toMatchObject({ requests, waves, renders });
    expect(Object.keys(row)).not.toEqual(expect.arrayContaining(['second']));
  }
  expect(stdout).not.toMatch(/NaN|undefined|second,/);
});

test('opens a dashboard in one wave if its link was in view, and without a request if it was hovered', () => {
  const { second, inView, hovered } = rowOf('nousviz-hints');
  expect(second!.waves).toBe(2);
  expect(inView!.waves).toBe(1);
  expect(hovered).toMatchObject({ requests: 0, waves: 0 });
  expect(rowOf('import-map').hovered).toBeUndefined();
});

test('profiles the library by phase and by module', async () => {
  const { stdout } = await bench('--profile', '--cells', '2/5', '--rounds', '1', '--cpu', '1', '--rtt', '0');
  for (const load of ['nousviz-hints, cold', 'nousviz-hints, second', 'limit-roots, cold'])
    expect(stdout).toContain(`2/5 ${load}\n`);
  expect(stdout).toMatch(/^ +\d+\.\d+ ms {2}host\/registry\.ts$/m);
  expect(stdout).toMatch(/^ +[1-9]\d*\.\d+ ms {2}react-dom\/cjs\/react-dom-client\.production\.js$/m);
}, 120_000);

test('adds names in every way while panels are mounted', () => {
  const ways = results.samples.registry.map(({ way, names }) => `${way} ${names}`);
  expect(ways.toSorted()).toEqual([
    'list 1000',
    'list 10000',
    'map 1000',
    'map 10000',
    'register 1000',
    'register 10000',
  ]);
});

test('prints a table with a line for each contender, and its requests', () => {
  for (const name of [
    'limit',
    'limit-roots',
    'limit-static',
    'nousviz-static',
    'import-map',
    'systemjs',
    'module-federation',
  ])
    expect(table).toMatch(new RegExp(`^2/5 +${name} `, 'm'));
  expect(table).toContain('host.register');
  expect(table).toContain('2/5 nousviz-static, React 19: ');
  expect(table).toContain('/api/plugins/plugin-0000/dashboards/first');
});

test('reports a wrong option', async () => {
  const output = (...args: string[]) =>
    bench(...args).catch(({ code, stderr }) => `${code} ${stderr.trim()}`);
  expect(await output('--cells', '20/10')).toBe(
    '1 --cells is "20", but must be a whole number from 1 to 10.',
  );
  expect(await output('--cpu', '0')).toBe('1 --cpu is "0", but must be a whole number from 1 to 20.');
  expect(await output('--only', 'webpack')).toMatch(
    /^1 --only has "webpack", but the contenders are limit, /,
  );
  expect(await output('--react', '17')).toBe('1 --react is "17", but must be a whole number from 18 to 19.');
  expect((await bench('--help')).stdout).toContain('npm run bench -- [options]');
});
