import { expect, test } from 'vitest';
import { problemsOf } from './problems.ts';

const REACT = '/api/widget-runtime/react.js';
const IMPORTS = `import React, { memo, forwardRef as ref, lazy } from '${REACT}';\n`;

const placesOf = (code: string) =>
  problemsOf(IMPORTS + code, 'widget/dist/Chart.js')
    .filter((problem) => problem.code === 'ASYNC_COMPONENT')
    .map(({ level, line }) => `${level} ${line}`);

test.each([
  'export default async function Chart() {}',
  'async function Chart() {}\nexport { Chart as default };',
  'export async function Chart() {}\nexport { Chart as default };',
  'export default async () => null;',
  'const Chart = async () => null;\nexport default Chart;',
  'export default memo(async () => null);',
  'export default React.memo(ref(async () => null));',
  'async function Chart() {}\nconst Memo = memo(Chart);\nexport { Memo as default };',
  'export default async function* Chart() {}',
])('finds the async component of %s', (code) => expect(placesOf(code)).toEqual(['error 2']));

test.each([
  'export default function Chart() { const load = async () => 1; return load; }',
  'export default lazy(async () => import("./other.js"));',
  'const start = async () => 1;\nexport default function Chart() { return start; }',
  'const wrap = (one) => one;\nexport default wrap(async () => null);',
  'let Chart = async () => null;\nChart = () => null;\nexport default Chart;',
])('finds no async component in %s', (code) => expect(placesOf(code)).toEqual([]));
