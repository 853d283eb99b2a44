import { useMemo, useState } from 'react';

/** Replaced in each plugin's copy by its own id. */
const PLUGIN = 'plugin-0000';

const WIDTH = 240;
const HEIGHT = 40;
const REGIONS = ['north', 'east', 'south', 'west', 'centre', 'islands', 'overseas', 'unknown'];
// What widgets of a few kilobytes are made of for the most part: texts and numbers of their own.
const SERIES = __SERIES__;

interface Summary {
  total: number;
  least: number;
  most: number;
  mean: number;
  line: string;
}

function summarise(values: readonly number[]): Summary {
  const total = values.reduce((sum, value) => sum + value, 0);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const point = (value: number, index: number) => {
    const x = (index / (values.length - 1)) * WIDTH;
    const y = HEIGHT - ((value - least) / (most - least || 1)) * HEIGHT;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return { total, least, most, mean: total / values.length, line: values.map(point).join(' ') };
}

/** Draws a line and its figures, as widgets do. */
export default function Widget({ config }: { config: { dashboard?: string } }) {
  window.bench.rendered();
  const [region, setRegion] = useState(0);
  const size = SERIES.length / REGIONS.length;
  const values = useMemo(() => SERIES.slice(region * size, (region + 1) * size), [region, size]);
  const { total, least, most, mean, line } = useMemo(() => summarise(values), [values]);
  return (
    <figure>
      <figcaption className={`shown-${config.dashboard}`}>
        {PLUGIN}: {total}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${REGIONS[region]} over time`}>
        <polyline points={line} fill="none" stroke="currentColor" />
      </svg>
      <dl>
        <dt>least</dt>
        <dd>{least}</dd>
        <dt>mean</dt>
        <dd>{mean.toFixed(1)}</dd>
        <dt>most</dt>
        <dd>{most}</dd>
      </dl>
      <button onClick={() => setRegion((region + 1) % REGIONS.length)}>{REGIONS[region]}</button>
    </figure>
  );
}
