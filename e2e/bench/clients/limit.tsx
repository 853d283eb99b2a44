import { createRoot } from 'react-dom/client';
import { start } from './limits.ts';

const root = createRoot(document.getElementById('root')!);

void start((rows) =>
  root.render(
    rows.map((panels) => (
      <div className="row" key={panels[0]!.url}>
        {panels.map(({ url, Widget, config }) => (
          <section key={url}>
            <Widget config={config} />
          </section>
        ))}
      </div>
    )),
  ),
);
