import type { FrameLocator, Locator } from '@playwright/test';
import { dashboard, expect, test } from '../test.ts';

const WIDGET = `
import { useState, useRef } from '/api/widget-runtime/react.js';
import { jsx, jsxs } from '/api/widget-runtime/react-jsx-runtime.js';
export default function Forms() {
  const [sent, setSent] = useState([]);
  const own = useRef(null);
  const add = (event) => {
    event.preventDefault();
    setSent((before) => [...before, event.target.title + (event.nativeEvent.submitter?.name ?? '')]);
  };
  return jsxs('main', { children: [
    jsxs('form', { title: 'a', onSubmit: add, children: [
      jsx('input', { required: true, 'aria-label': 'Name' }),
      jsx('button', { name: '+button', onClick: (event) => event.stopPropagation(), children: 'Send' }),
      jsx('button', { onClick: (event) => event.preventDefault(), children: 'Stay' }),
      jsx('button', { type: 'button', children: 'Plain' }),
      jsx('button', { name: '+draft', formNoValidate: true, children: 'Draft' }),
    ] }),
    jsx('form', { title: 'b', onSubmit: add, children: jsx('input', { 'aria-label': 'Search' }) }),
    jsx('form', { title: 'c', ref: own, onSubmit: add }),
    jsx('button', { onClick: () => own.current.requestSubmit(), children: 'By code' }),
    jsxs('dialog', { open: true, onClose: () => setSent((before) => [...before, 'closed']), children: [
      jsx('form', { method: 'dialog', children: jsx('button', { children: 'Close' }) }),
    ] }),
    jsx('output', { children: sent.join(' ') }),
  ] });
}`;

test('forms of a sandboxed widget fire submit once, as in the page, and send nothing', async ({
  lab,
  expected,
}) => {
  expected.push(/Blocked form submission/);
  for (const id of ['plain', 'sly'])
    await lab.install(id, { 'Chart.js': WIDGET, 'dashboards/main.yaml': dashboard('Chart') });
  /** What is sent when a user works in the forms. */
  const use = async (place: Locator | FrameLocator) => {
    const press = (name: string) => place.getByRole('button', { name }).click();
    await press('Send');
    await press('Draft');
    await press('Stay');
    await press('Plain');
    await place.getByLabel('Name').fill('Ada');
    await press('Send');
    await place.getByLabel('Name').press('Enter');
    await place.getByLabel('Search').press('Enter');
    await press('By code');
    await press('Close');
    await expect(place.locator('output')).toHaveText(/closed/);
    return place.locator('output').textContent();
  };
  await lab.trust('/plugin/plain/main');
  const inPage = await use(lab.panel('plain/Chart'));
  expect(inPage).toBe('a+draft a+button a+button b c closed');
  await lab.sandbox('/plugin/sly/main');
  expect(await use(lab.frame('sly/Chart'))).toBe(inPage);
});
