import { useLayoutEffect, useRef } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { start, type Shown } from './limits.ts';

/** A panel whose widget has its own React root, without any other isolation. */
function Panel({ Widget, config }: Shown) {
  const place = useRef<HTMLElement>(null);
  const own = useRef<Root>(undefined);
  useLayoutEffect(() => {
    own.current ??= createRoot(place.current!);
    own.current.render(<Widget config={config} />);
  });
  return <section ref={place} />;
}

const root = createRoot(document.getElementById('root')!);

void start((rows) =>
  root.render(
    rows.map((panels) => (
      <div className="row" key={panels[0]!.url}>
        {panels.map((panel) => (
          <Panel key={panel.url} {...panel} />
        ))}
      </div>
    )),
  ),
);
