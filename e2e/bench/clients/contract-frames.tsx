import { useLayoutEffect, useRef, useState, version, type CSSProperties } from 'react';
import { createRoot } from 'react-dom/client';
import {
  bundlePath,
  PRELOADED_ID,
  readDashboard,
  sandboxPageUrl,
  stepsOfPluginList,
  type Panel,
  type Plugin,
} from '../../../src/contract/index.ts';
import { WIRE } from '../../../src/sandbox/protocol.ts';
import { createThemeSource } from '../../../src/sandbox/theme.ts';
import { markFrames } from './mark-frames.ts';

/**
 * The least that the contract demands of a page that shows sandboxed widgets: answers that are read with care; for each widget a frame
 * with its name, the script, one port, its props, the theme of the page and its height. Nothing fails, changes later or asks for data.
 */
const apiBase = '/api';
const box: CSSProperties = { height: '100%', minWidth: 0, border: '1px solid', boxSizing: 'border-box' };
const badge: CSSProperties = { padding: '0.125rem 0.5rem', overflow: 'hidden', whiteSpace: 'nowrap' };

markFrames();
const answers = JSON.parse(document.getElementById(PRELOADED_ID)!.textContent!).answer[0];
const steps = stepsOfPluginList(answers.list, new Map());
let step = steps.next();
while (!step.done) step = steps.next();
const plugins = new Map<string, Plugin>(step.value.list?.plugins.map((plugin) => [plugin.id, plugin]));
const { rows } = readDashboard(answers.dashboard, 'first').layout!;

const script = fetch('/client/contract-guest.js').then((response) => response.arrayBuffer());
const theme = createThemeSource();

/** All frames change the layout of the page together, or each would move all that are below it. */
const changes: (() => void)[] = [];
let expected = 0;
function change(one: () => void) {
  if (changes.push(one) < expected) return;
  for (const apply of changes.splice(0)) apply();
}

function Framed({ panel }: { panel: Panel }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const load = useRef<() => Promise<void>>(undefined);
  const [height, setHeight] = useState<number>();
  const [pluginId = '', name = ''] = panel.component!.split('/');
  const {
    path = '',
    filename = '',
    sha256: hash,
  } = plugins.get(pluginId)?.components.find((one) => one.name === name) ?? {};
  useLayoutEffect(() => {
    const iframe = frame.current!;
    expected += 1;
    const { port1: port, port2 } = new MessageChannel();
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it starts the port
    port.onmessage = ({ data }) => {
      if (data.type === 'height' && Number.isFinite(data.height)) change(() => setHeight(data.height));
    };
    const onLoad = async () => {
      const bytes = (await script).slice(0);
      const component = { pluginId, name, path, filename, hash, attempt: 0, audience: undefined };
      const props = { dashboardName: 'first', config: panel.config };
      theme.follow(iframe, (look) => {
        const start = { component, props, theme: look };
        iframe.contentWindow!.postMessage({ nousviz: 'sandbox', wire: WIRE, start, script: bytes }, '*', [
          port2,
          bytes,
        ]);
      });
    };
    load.current = onLoad;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- nothing changes later
  }, []);
  return (
    <section style={box} role="group" aria-label={panel.component}>
      <div style={badge}>Sandboxed · {pluginId}</div>
      <div style={{ opacity: height === undefined ? 0 : 1 }}>
        <iframe
          ref={frame}
          src={`${apiBase + sandboxPageUrl(pluginId, version.startsWith('18.') ? 18 : 19)}#${bundlePath(pluginId, filename, hash, 0)}`}
          onLoad={() => void load.current?.()}
          title={panel.component}
          sandbox="allow-scripts"
          referrerPolicy="no-referrer"
          allow=""
          style={{ display: 'block', width: '100%', height: height ?? 128, border: 0 }}
        />
      </div>
    </section>
  );
}

createRoot(document.getElementById('root')!).render(
  rows.map(({ cells }) => (
    <div key={cells[0]!.panel.key} className="row">
      {cells.map(({ panel }) => (
        <Framed key={panel.key} panel={panel} />
      ))}
    </div>
  )),
);
