import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';

import { escapeMarkup } from '../../texts/html.js';

/** Colours that colour-blind readers can distinguish (Okabe & Ito), with the same meaning in every plot. */
export const COLOURS = {
  teacher: '#0072b2',
  student: '#009e73',
  placebo: '#d55e00',
  reference: '#6b7280',
} as const;

const WIDTH = 760;
const HEIGHT = 460;
const MARGIN = { top: 78, right: 46, bottom: 58, left: 74 } as const;
const FONT = 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif';

export type Point = readonly [x: number, y: number];

/** An axis; its label includes the unit. */
export interface Axis {
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly format: (value: number) => string;
  /** Positions of the ticks; absent: round numbers. */
  readonly ticks?: readonly number[];
}

/** A drawn element, in the chart's own units. */
export type Mark =
  | {
      readonly kind: 'line';
      readonly points: readonly Point[];
      readonly colour: string;
      readonly dashed?: boolean;
      readonly dots?: boolean;
    }
  | {
      readonly kind: 'bar';
      readonly from: Point;
      readonly to: Point;
      readonly colour: string;
    }
  /** Placed just above its position. */
  | { readonly kind: 'text'; readonly at: Point; readonly text: string };

/** A chart with two labelled axes. */
export interface Chart {
  readonly title: string;
  /** Counts, and how to read the chart. */
  readonly note: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: readonly Mark[];
  readonly legend: readonly { readonly label: string; readonly colour: string; readonly dashed?: boolean }[];
}

/** The chart as an SVG document. Coordinates are rounded to hundredths of a pixel, so that equal charts have equal bytes. */
export function renderChart(chart: Chart): string {
  const x = scaleLinear()
    .domain(chart.x.domain)
    .range([MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLinear()
    .domain(chart.y.domain)
    .range([HEIGHT - MARGIN.bottom, MARGIN.top]);
  const place = ([px, py]: Point): Point => [x(px), y(py)];
  const empty = chart.marks.every((mark) => mark.kind === 'line' && mark.points.length === 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="${FONT}" font-size="13" fill="#1b1f24">`,
    `<title>${escapeMarkup(`${chart.title}. ${chart.note}`)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${MARGIN.left}" y="24" font-size="17" font-weight="600">${escapeMarkup(chart.title)}</text>`,
    `<text x="${MARGIN.left}" y="43" fill="#4b5563" font-size="12">${escapeMarkup(chart.note)}</text>`,
    legend(chart),
    ...(chart.x.ticks ?? x.ticks(8)).map((tick) => {
      const at = round(x(tick));
      return `<path d="M${at},${MARGIN.top}V${HEIGHT - MARGIN.bottom}" stroke="#eceff3"/><text x="${at}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${escapeMarkup(chart.x.format(tick))}</text>`;
    }),
    ...(chart.y.ticks ?? y.ticks(7)).map((tick) => {
      const at = round(y(tick));
      return `<path d="M${MARGIN.left},${at}H${WIDTH - MARGIN.right}" stroke="#eceff3"/><text x="${MARGIN.left - 8}" y="${round(at + 4)}" text-anchor="end">${escapeMarkup(chart.y.format(tick))}</text>`;
    }),
    `<path d="M${MARGIN.left},${MARGIN.top}V${HEIGHT - MARGIN.bottom}H${WIDTH - MARGIN.right}" fill="none" stroke="#6b7280"/>`,
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 16}" text-anchor="middle">${escapeMarkup(chart.x.label)}</text>`,
    `<text transform="translate(18 ${(MARGIN.top + HEIGHT - MARGIN.bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeMarkup(chart.y.label)}</text>`,
    ...chart.marks.map((mark) => renderMark(mark, place)),
    ...(empty
      ? [
          `<text x="${WIDTH / 2}" y="${HEIGHT / 2}" text-anchor="middle" fill="#4b5563">no rows to draw</text>`,
        ]
      : []),
    '</svg>',
    '',
  ].join('\n');
}

/** Range of the values with some padding; 0 to 1 without values. */
export function extent(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const padding = high > low ? (high - low) * 0.06 : Math.max(Math.abs(high) * 0.1, 0.01);
  return [low - padding, high + padding];
}

function renderMark(mark: Mark, place: (point: Point) => Point): string {
  switch (mark.kind) {
    case 'line': {
      const points = mark.points.map(place);
      const path = line<Point>()
        .x(([px]) => round(px))
        .y(([, py]) => round(py))(points);
      const dots = mark.dots
        ? points
            .map(([px, py]) => `<circle cx="${round(px)}" cy="${round(py)}" r="4" fill="${mark.colour}"/>`)
            .join('')
        : '';
      return `<path d="${path ?? ''}" fill="none" stroke="${mark.colour}" stroke-width="${mark.dashed ? 1.5 : 2}"${mark.dashed ? ' stroke-dasharray="5 4"' : ''}/>${dots}`;
    }
    case 'bar': {
      const [x0, y0] = place(mark.from);
      const [x1, y1] = place(mark.to);
      return `<rect x="${round(Math.min(x0, x1))}" y="${round(Math.min(y0, y1))}" width="${round(Math.abs(x1 - x0))}" height="${round(Math.abs(y1 - y0))}" fill="${mark.colour}"/>`;
    }
    case 'text': {
      const [px, py] = place(mark.at);
      return `<text x="${round(px)}" y="${round(py - 6)}" text-anchor="middle" font-size="12">${escapeMarkup(mark.text)}</text>`;
    }
  }
}

function legend(chart: Chart): string {
  let left: number = MARGIN.left;
  return chart.legend
    .map(({ label, colour, dashed }) => {
      const at = left;
      // Wide enough for wide letters: the renderer's font is unknown here.
      left += 44 + label.length * 7;
      return `<path d="M${at},62h22" stroke="${colour}" stroke-width="3"${dashed ? ' stroke-dasharray="5 4"' : ''}/><text x="${at + 28}" y="66">${escapeMarkup(label)}</text>`;
    })
    .join('');
}

function round(pixels: number): number {
  const rounded = Math.round(pixels * 100) / 100;
  return rounded === 0 ? 0 : rounded;
}
