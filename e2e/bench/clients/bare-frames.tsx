import { createRoot } from 'react-dom/client';
import { markFrames } from './mark-frames.ts';

markFrames();
const frames = JSON.parse(document.getElementById('frames')!.textContent!) as { row: number; url: string }[];
const rows = new Map<number, string[]>();
for (const { row, url } of frames) rows.set(row, [...(rows.get(row) ?? []), url]);

createRoot(document.getElementById('root')!).render(
  [...rows].map(([row, urls]) => (
    <div key={row} className="row">
      {urls.map((url) => (
        <iframe key={url} title={url} sandbox="allow-scripts" src={url} />
      ))}
    </div>
  )),
);
