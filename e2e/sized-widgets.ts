/** The bundle of a widget whose module has `code`, which ends in a component. */
const widget = (code: string) => `
import { useEffect, useLayoutEffect, useRef, useState, Suspense, lazy } from '/api/widget-runtime/react.js';
import { jsx, jsxs } from '/api/widget-runtime/react-jsx-runtime.js';
${code}`;

/**
 * As react-virtualized-auto-sizer and ParentSize of visx do it: an element that takes no space, and a chart as large as its parent's
 * content box.
 */
const AUTO_SIZER = `
function AutoSizer({ draw }) {
  const ref = useRef(null);
  const [size, setSize] = useState();
  useLayoutEffect(() => {
    const parent = ref.current.parentElement;
    const read = () => {
      const style = getComputedStyle(parent);
      const width = parent.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const height = parent.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
      setSize({ width, height });
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(parent);
    return () => observer.disconnect();
  }, []);
  return jsx('div', { ref, style: { width: 0, height: 0, overflow: 'visible' }, children: size && draw(size) });
}
const Canvas = ({ width, height }) => jsx('canvas', { width, height, style: { display: 'block', width, height } });`;

/** Widgets that fill their panels, and widgets as high as their content. */
export const FILES = {
  // Its root measures the element around it.
  'Fills.js': widget(`${AUTO_SIZER}
export default () => jsx(AutoSizer, { draw: Canvas });`),
  // As ResponsiveContainer of Recharts 3: an element of 100 % by 100 %, and a chart of its size that takes no space.
  'Percent.js': widget(`
export default function Percent() {
  const ref = useRef(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => setSize({ width: contentRect.width, height: contentRect.height }));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  const canvas = jsx('canvas', { style: { display: 'block' }, width: Math.floor(size.width), height: Math.floor(size.height) });
  return jsx('div', { ref, style: { width: '100%', height: '100%', minWidth: 0 }, children:
    jsx('div', { style: { width: 0, height: 0, overflow: 'visible' }, children: canvas }) });
}`),
  'Content.js': widget(`
export default () => jsx('div', { style: { height: 320 }, className: 'content', children: 'As high as its content.' });`),
  'Small.js': widget(`
export default () => jsx('div', { style: { height: 90 }, className: 'content', children: 'Small.' });`),
  // A title, and a chart that takes the rest.
  'Titled.js': widget(`${AUTO_SIZER}
const column = { display: 'flex', flexDirection: 'column', height: '100%' };
export default () => jsxs('div', { style: column, children: [
  jsx('h4', { style: { margin: 0, lineHeight: '40px' }, children: 'Revenue and orders' }),
  jsx('div', { style: { flex: 1, minHeight: 0 }, children: jsx(AutoSizer, { draw: Canvas }) }),
] });`),
  // Text until the data is there.
  'Fetched.js': widget(`${AUTO_SIZER}
export default function Fetched() {
  const [data, setData] = useState();
  useEffect(() => void fetch('/api/plugins').then(() => setData({})), []);
  return data ? jsx('div', { style: { height: '100%' }, children: jsx(AutoSizer, { draw: Canvas }) }) : 'Loading';
}`),
  'Svg.js': widget(
    `export default () => jsx('svg', { id: 'svg', style: { display: 'block', width: '100%', height: '100%' } });`,
  ),
  // It has drawn when it is in the page.
  'Drawn.js': widget(
    `export default () => jsx('svg', { id: 'svg', style: { display: 'block', width: '100%', height: '100%' }, children: jsx('circle', { r: 9 }) });`,
  ),
  // It reads its height once.
  'Once.js': widget(`
export default function Once() {
  const ref = useRef(null);
  useLayoutEffect(() => { ref.current.append(Object.assign(document.createElement('canvas'), { height: ref.current.clientHeight, style: 'display: block' })); }, []);
  return jsx('div', { ref, style: { height: '100%' } });
}`),
  // Cards that are as high as their row, and would be as high as their content alone.
  'Card.js': widget(`
export default () => jsxs('div', { style: { height: '100%', padding: 10, boxSizing: 'border-box' }, children: [
  jsx('div', { style: { height: 20 }, children: 'Orders' }), jsx('div', { style: { height: 50 }, children: '1,234' }) ] });`),
  // Its parts have places of their own, with inline styles and with a style sheet.
  'Tiles.js': widget(`
export default () => jsx('div', { style: { position: 'relative', height: '100%' }, className: 'tiles', children:
  jsx('div', { style: { position: 'absolute', inset: 0 }, children: 'All of it' }) });`),
  'Placed.js': widget(`
export default () => jsxs('div', { style: { position: 'relative', height: '100%' }, className: 'tiles', children: [
  jsx('style', { children: '.placed { position: absolute; inset: 0 }' }), jsx('div', { className: 'placed', children: 'All of it' }) ] });`),
  // It suspends first, and measures its parent when the data is there.
  'Late.js': widget(`${AUTO_SIZER}
const Inner = lazy(() => new Promise((resolve) => setTimeout(() => resolve({ default: () => jsx(AutoSizer, { draw: Canvas }) }), 50)));
export default () => jsx(Inner, {});`),
};
