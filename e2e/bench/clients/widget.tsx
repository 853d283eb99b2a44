import { useMemo, useState } from 'react';

/** The placeholder for the plugin's id. */
const PLUGIN = 'plugin-0000';

const WIDTH = 240;
const HEIGHT = 40;
const REGIONS = ['north', 'east', 'south', 'west', 'centre', 'islands', 'overseas', 'unknown'];
// Widgets of a few kilobytes mostly contain strings and numbers.
const SERIES = __SERIES__;

interface Summary {
  total: number;
  min: number;
  max: number;
  mean: number;
  line: string;
}

function summarise(values: readonly number[]): Summary {
  const total = values.reduce((sum, value) => sum + value, 0);
  const min = Math.min(...values);
  const max = Math.max(...values);
  const point = (value: number, index: number) => {
    const x = (index / (values.length - 1)) * WIDTH;
    const y = HEIGHT - ((value - min) / (max - min || 1)) * HEIGHT;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return { total, min, max, mean: total / values.length, line: values.map(point).join(' ') };
}

/** Renders a line chart with its figures, like real widgets. */
export default function Widget({ config }: { config: { dashboard?: string } }) {
  window.bench.rendered();
  const [region, setRegion] = useState(0);
  const size = SERIES.length / REGIONS.length;
  const values = useMemo(() => SERIES.slice(region * size, (region + 1) * size), [region, size]);
  const { total, min, max, mean, line } = useMemo(() => summarise(values), [values]);
  return (
    <figure>
      <figcaption className={`shown-${config.dashboard}`}>
        {PLUGIN}: {total}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${REGIONS[region]} over time`}>
        <polyline points={line} fill="none" stroke="currentColor" />
      </svg>
      <dl>
        <dt>min</dt>
        <dd>{min}</dd>
        <dt>mean</dt>
        <dd>{mean.toFixed(1)}</dd>
        <dt>max</dt>
        <dd>{max}</dd>
      </dl>
      <button onClick={() => setRegion((region + 1) % REGIONS.length)}>{REGIONS[region]}</button>
    </figure>
  );
}
