import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { Chart } from '../../../../activities/charts/chart.js';
import { renderChart } from '../../../../activities/charts/chart.js';
import type { FigureTable } from './figure.js';
import { Figure } from './figure.js';
import { Legend } from './legend.js';

/** A place of the chart that arrow keys stop at. */
export interface Stop {
  /** On the x axis. */
  readonly x: number;
  /** What the chart says there. */
  readonly says: string;
}

/** A chart that is not over time, drawn by the code that draws a bundle's plots. */
export function SvgChart({
  name,
  summary,
  chart,
  stops,
  table,
  height = 260,
}: {
  readonly name: string;
  readonly summary: string;
  /** A function draws for the width in pixels. */
  readonly chart: Chart | ((width: number) => Chart);
  readonly stops: readonly Stop[];
  readonly table: () => FigureTable;
  readonly height?: number;
}): ComponentChildren {
  return (
    <Figure name={name} summary={summary} table={table}>
      <Drawing name={name} chart={chart} stops={stops} height={height} />
    </Figure>
  );
}

const NARROWEST = 240;

function Drawing({
  name,
  chart,
  stops,
  height,
}: {
  readonly name: string;
  /** A function draws for the width in pixels. */
  readonly chart: Chart | ((width: number) => Chart);
  readonly stops: readonly Stop[];
  readonly height: number;
}): ComponentChildren {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const resize = new ResizeObserver(() => setWidth(Math.max(element.clientWidth, NARROWEST)));
    resize.observe(element);
    return () => resize.disconnect();
  }, []);
  const drawn = typeof chart === 'function' ? chart(width) : chart;
  const stop = at === null ? undefined : stops[at];
  const move = (event: KeyboardEvent): void => {
    const next = movedBy(event.key, at, stops.length);
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
  };
  // The drawing escapes every text in it.
  const svg =
    width === 0
      ? ''
      : renderChart(drawn, { width, height, ...(stop === undefined ? {} : { cursor: stop.x }) });
  return (
    <>
      {drawn.legend.length > 0 && <Legend lines={drawn.legend} />}
      <div
        ref={place}
        class="svg-chart"
        role="application"
        aria-roledescription="chart"
        aria-label={name}
        tabIndex={0}
        onKeyDown={move}
        dangerouslySetInnerHTML={{ __html: svg }}
      />
      <output class="readout">{stop?.says ?? 'Arrow keys move through the chart.'}</output>
    </>
  );
}

function movedBy(key: string, at: number | null, length: number): number | undefined {
  if (length === 0) return undefined;
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: (at ?? 1) - 1,
    ArrowUp: (at ?? 1) - 1,
    ArrowRight: (at ?? -1) + 1,
    ArrowDown: (at ?? -1) + 1,
    Home: 0,
    End: length - 1,
  };
  const next = steps[key];
  return next === undefined ? undefined : Math.min(Math.max(next, 0), length - 1);
}
