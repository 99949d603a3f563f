import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import UPlot from 'uplot';

import { secondText } from '../../figures/texts.js';
import { Figure } from './figure.js';
import { Legend } from './legend.js';
import { palette } from './palette.js';

/** One line of a chart over time. */
export interface TimeSeries {
  readonly label: string;
  /** Colour of what is shown; the same for the same thing in every chart. */
  readonly colour: keyof typeof palette;
  /** One a time; null where there is none. */
  readonly values: readonly (number | null)[];
  readonly dashed?: boolean;
}

/** Lines over time, with a cursor for mouse, touch and arrow keys. */
export function TimeChart({
  name,
  summary,
  times,
  series,
  format,
  height = 260,
}: {
  readonly name: string;
  readonly summary: string;
  /** Seconds since 1970, rising. */
  readonly times: readonly number[];
  readonly series: readonly TimeSeries[];
  readonly format: (value: number) => string;
  /** In pixels. */
  readonly height?: number;
}): ComponentChildren {
  const shown = (value: number | null | undefined): string =>
    value === null || value === undefined ? 'none' : format(value);
  return (
    <Figure
      name={name}
      summary={summary}
      table={() => ({
        columns: ['time', ...series.map(({ label }) => label)],
        rows: times.map((time, at) => [timeText(time), ...series.map(({ values }) => shown(values[at]))]),
      })}
    >
      <Lines name={name} times={times} series={series} shown={shown} height={height} />
    </Figure>
  );
}

function Lines({
  name,
  times,
  series,
  shown,
  height,
}: {
  readonly name: string;
  readonly times: readonly number[];
  readonly series: readonly TimeSeries[];
  readonly shown: (value: number | null | undefined) => string;
  readonly height: number;
}): ComponentChildren {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const [at, setAt] = useState<number | null>(null);
  const shape = series.map(({ label, colour, dashed }) => `${label}/${colour}/${dashed === true}`).join('|');
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const drawn = new UPlot(
      optionsOf(element, series, height, shown, setAt),
      [[], ...series.map(() => [])],
      element,
    );
    plot.current = drawn;
    const resize = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      drawn.destroy();
      plot.current = undefined;
    };
  }, [shape, height]);
  useEffect(() => {
    plot.current?.setData([[...times], ...series.map(({ values }) => [...values])]);
  }, [times, series, shape]);
  const move = (event: KeyboardEvent): void => {
    const next = movedBy(event.key, at, times.length);
    const drawn = plot.current;
    if (next === undefined || drawn === undefined) return;
    event.preventDefault();
    setAt(next);
    drawn.setCursor({ left: drawn.valToPos(times[next] ?? 0, 'x'), top: drawn.bbox.height / 4 }, false);
  };
  const read =
    at === null || at >= times.length
      ? 'Arrow keys move along the time axis.'
      : `${timeText(times[at] ?? 0)}: ${series.map(({ label, values }) => `${label} ${shown(values[at])}`).join(', ')}`;
  return (
    <>
      <Legend lines={series} />
      {/* An application of one axis: arrow keys are its own. */}
      <div
        ref={place}
        class="time-chart"
        role="application"
        aria-roledescription="chart"
        aria-label={name}
        tabIndex={0}
        onKeyDown={move}
      />
      <output class="readout">{read}</output>
    </>
  );
}

/** Where a key leads; undefined where it means nothing to a chart. */
function movedBy(key: string, at: number | null, length: number): number | undefined {
  if (length === 0) return undefined;
  const last = length - 1;
  const here = at ?? last;
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: here - 1,
    ArrowRight: here + 1,
    PageUp: here - 20,
    PageDown: here + 20,
    Home: 0,
    End: last,
  };
  const next = steps[key];
  return next === undefined ? undefined : Math.min(Math.max(next, 0), last);
}

function optionsOf(
  element: HTMLElement,
  series: readonly TimeSeries[],
  height: number,
  shown: (value: number | null | undefined) => string,
  pointed: (at: number | null) => void,
): UPlot.Options {
  const style = getComputedStyle(element);
  const ink = style.getPropertyValue('--ink-2');
  const axis = { stroke: ink, grid: { stroke: style.getPropertyValue('--line') }, ticks: { show: false } };
  return {
    width: Math.max(element.clientWidth, 200),
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false } },
    hooks: { setCursor: [({ cursor }) => pointed(cursor.idx ?? null)] },
    axes: [axis, { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => shown(tick)) }],
    series: [
      {},
      ...series.map(({ label, colour, dashed }) => ({
        label,
        stroke: style.getPropertyValue(palette[colour]),
        width: 1.5,
        ...(dashed === true ? { dash: [6, 4] } : {}),
        points: { show: false },
        spanGaps: false,
      })),
    ],
  };
}

/** `2024-06-04`, with the time of day where there is one. */
function timeText(seconds: number): string {
  const text = new Date(seconds * 1000).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : secondText(text);
}
