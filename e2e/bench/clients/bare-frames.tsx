import { markFrames } from './mark-frames.ts';

markFrames();
const frames = JSON.parse(document.getElementById('frames')!.textContent!) as { row: number; url: string }[];
const rows: HTMLElement[] = [];
for (const { row, url } of frames) {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.src = url;
  rows[row] ??= Object.assign(document.createElement('div'), { className: 'row' });
  rows[row].append(frame);
}
document.getElementById('root')!.append(...rows);
