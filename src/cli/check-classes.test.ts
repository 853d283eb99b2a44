import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attachStyles } from '../bundling/index.ts';
import { makeFolder } from '../server/folder.test.kit.ts';
import { checkPlugin } from './check.ts';

const SOURCE = `const cn = (...given) => given.join(' ');
export default function Chart({ on, Icon }) {
  return (
    <section className="p-4 bg-crad dark:hover:bg-primry group own">
      <Icon className={cn('mine', on && 'text-smm', { 'p-2': on })} title="bg-crad" />
      <p className={on ? \`m-1 gap-\${on}\` : 'dark js-hook foo-bar'}>bg-crad</p>
    </section>
  );
}
`;

async function check(packages: string) {
  const folder = await makeFolder({
    'plugin.yaml': 'id: sales\nfrontend:\n  components:\n    - { name: Chart, path: widget/dist/Chart.js }\n',
    'package.json': packages,
    'widget/Chart.jsx': SOURCE,
    'widget/dist/Chart.js': attachStyles(
      'function W() {}\nexport { W as default };\n',
      '.own { color: red } @media print { .mine::before { color: red } }',
    ),
    'node_modules/.keep': '',
  });
  await symlink(
    join(import.meta.dirname, '../../node_modules/tailwindcss'),
    join(folder, 'node_modules/tailwindcss'),
  );
  const { problems } = await checkPlugin(folder);
  return problems.filter(({ code }) => code === 'UNSTYLED_CLASS');
}

test('names each class that neither Tailwind nor a style sheet styles, and where it is', async () => {
  const problems = await check('{ "devDependencies": { "tailwindcss": "^4" } }');
  const shown = problems.map(({ level, file, line, column, message }) => [
    level,
    file,
    line,
    column,
    message,
  ]);
  const said = (name: string) =>
    `widget/Chart.jsx has the class "${name}", which neither Tailwind nor a style sheet of the widget styles.`;
  expect(shown).toEqual([
    ['warning', 'widget/Chart.jsx', 4, 29, said('bg-crad')],
    ['warning', 'widget/Chart.jsx', 4, 37, said('dark:hover:bg-primry')],
    ['warning', 'widget/Chart.jsx', 5, 42, said('text-smm')],
    ['warning', 'widget/Chart.jsx', 6, 50, said('js-hook')],
    ['warning', 'widget/Chart.jsx', 6, 58, said('foo-bar')],
  ]);
  const fixes = problems.map(({ fix }) => /"(.*?)"/.exec(fix)?.[1]);
  expect(fixes).toEqual(['bg-card', 'dark:hover:bg-primary', undefined, undefined, undefined]);
});

test('is silent where hosts style the classes', async () => expect(await check('{}')).toEqual([]));
