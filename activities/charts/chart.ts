import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';

import { escapeMarkup } from '../texts/html.js';
import type { Colour } from './colours.js';
import { colourOf, shadeOf } from './colours.js';

/** Pixels around the axes. */
interface Margin {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** How a chart stands alone, as in a bundle: with its title, note and legend. */
const WHOLE = { width: 760, height: 460, margin: { top: 78, right: 46, bottom: 58, left: 74 } } as const;
/** Within a frame that says all that, at its size. */
const FRAMED_MARGIN = { top: 18, right: 16, bottom: 46, left: 62 } as const;
/** Wide enough for wide letters, of a legend and of an axis: the renderer's font is unknown here. */
const LETTER = { legend: 7, axis: 8 } as const;
/** Pixels between two labelled ticks. */
const TICK_DISTANCE = { x: 80, y: 46 } as const;
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
      readonly colour: Colour;
      readonly dashed?: boolean;
      readonly dots?: boolean;
    }
  | {
      readonly kind: 'bar';
      readonly from: Point;
      readonly to: Point;
      readonly colour: Colour;
    }
  /** A cell of a heatmap. */
  | {
      readonly kind: 'cell';
      readonly from: Point;
      readonly to: Point;
      /** From −1 to 1: how far below or above nothing. */
      readonly level: number;
      readonly text: string;
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
  readonly legend: readonly { readonly label: string; readonly colour: Colour; readonly dashed?: boolean }[];
}

/** Where a chart is drawn without the texts that its surroundings say. */
export interface Frame {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** A position on the x axis that is marked. */
  readonly cursor?: number;
}

/**
 * The chart as an SVG document. Coordinates are rounded to hundredths of a pixel, so that equal charts have equal
 * bytes. Each colour is an attribute and a class: a page's style sheet can replace it.
 *
 * @param frame Absent: with title, note and legend, to stand alone.
 */
export function renderChart(chart: Chart, frame?: Frame): string {
  const { width, height } = frame ?? WHOLE;
  const margin = frame === undefined ? WHOLE.margin : framedMargin(chart, width);
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
  const x = scaleLinear().domain(chart.x.domain).range([left, right]);
  const y = scaleLinear().domain(chart.y.domain).range([bottom, top]);
  const place = ([px, py]: Point): Point => [x(px), y(py)];
  const empty = chart.marks.every((mark) => mark.kind === 'line' && mark.points.length === 0);
  const [columns, rows] =
    frame === undefined
      ? [8, 7]
      : [
          Math.max(2, Math.floor((right - left) / TICK_DISTANCE.x)),
          Math.max(2, Math.floor((bottom - top) / TICK_DISTANCE.y)),
        ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${frame === undefined ? 'role="img"' : 'aria-hidden="true"'} font-family="${FONT}" font-size="13" fill="#1b1f24">`,
    ...(frame === undefined ? headOf(chart) : []),
    ...(chart.x.ticks ?? x.ticks(columns)).map((tick) => {
      const at = round(x(tick));
      return `<path class="grid" d="M${at},${top}V${bottom}" stroke="#eceff3"/><text x="${at}" y="${bottom + 18}" text-anchor="middle">${escapeMarkup(chart.x.format(tick))}</text>`;
    }),
    ...(chart.y.ticks ?? y.ticks(rows)).map((tick) => {
      const at = round(y(tick));
      return `<path class="grid" d="M${left},${at}H${right}" stroke="#eceff3"/><text x="${left - 8}" y="${round(at + 4)}" text-anchor="end">${escapeMarkup(chart.y.format(tick))}</text>`;
    }),
    `<path class="axis" d="M${left},${top}V${bottom}H${right}" fill="none" stroke="#6b7280"/>`,
    `<text x="${(left + right) / 2}" y="${height - (frame === undefined ? 16 : 6)}" text-anchor="middle">${escapeMarkup(chart.x.label)}</text>`,
    `<text transform="translate(${frame === undefined ? 18 : 13} ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeMarkup(chart.y.label)}</text>`,
    ...chart.marks.map((mark) => renderMark(mark, place)),
    ...(frame?.cursor === undefined
      ? []
      : [`<path class="cursor" d="M${round(x(frame.cursor))},${top}V${bottom}" stroke="#1b1f24"/>`]),
    ...(empty
      ? [
          `<text class="note" x="${width / 2}" y="${height / 2}" text-anchor="middle" fill="#4b5563">no rows to draw</text>`,
        ]
      : []),
    '</svg>',
    '',
  ].join('\n');
}

/** Long labels of the y axis get the place that they need, up to half of the width. */
function framedMargin({ y }: Chart, width: number): Margin {
  const longest = Math.max(0, ...(y.ticks ?? []).map((tick) => y.format(tick).length));
  const wanted = (y.label === '' ? 12 : 28) + longest * LETTER.axis;
  return { ...FRAMED_MARGIN, left: Math.min(Math.max(FRAMED_MARGIN.left, wanted), Math.round(width / 2)) };
}

/** What a chart says of itself where nothing around it does. */
function headOf(chart: Chart): string[] {
  const { width, height, margin } = WHOLE;
  return [
    `<title>${escapeMarkup(`${chart.title}. ${chart.note}`)}</title>`,
    `<rect class="paper" width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${margin.left}" y="24" font-size="17" font-weight="600">${escapeMarkup(chart.title)}</text>`,
    `<text class="note" x="${margin.left}" y="43" fill="#4b5563" font-size="12">${escapeMarkup(chart.note)}</text>`,
    legend(chart),
  ];
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
            .map(
              ([px, py]) =>
                `<circle class="${mark.colour}" cx="${round(px)}" cy="${round(py)}" r="4" fill="${colourOf(mark.colour)}"/>`,
            )
            .join('')
        : '';
      return `<path class="${mark.colour}" d="${path ?? ''}" fill="none" stroke="${colourOf(mark.colour)}" stroke-width="${mark.dashed ? 1.5 : 2}"${mark.dashed ? ' stroke-dasharray="5 4"' : ''}/>${dots}`;
    }
    case 'bar':
      return `<rect class="${mark.colour}" ${areaOf(place(mark.from), place(mark.to))} fill="${colourOf(mark.colour)}"/>`;
    case 'cell': {
      const [from, to] = [place(mark.from), place(mark.to)];
      const shade = shadeOf(mark.level);
      const text = `<text class="on-${shade.name}" x="${round((from[0] + to[0]) / 2)}" y="${round((from[1] + to[1]) / 2 + 4)}" text-anchor="middle" font-size="11">${escapeMarkup(mark.text)}</text>`;
      return `<rect class="${shade.name}" ${areaOf(from, to)} fill="${shade.colour}"/>${text}`;
    }
    case 'text': {
      const [px, py] = place(mark.at);
      return `<text x="${round(px)}" y="${round(py - 6)}" text-anchor="middle" font-size="12">${escapeMarkup(mark.text)}</text>`;
    }
  }
}

function areaOf([x0, y0]: Point, [x1, y1]: Point): string {
  return `x="${round(Math.min(x0, x1))}" y="${round(Math.min(y0, y1))}" width="${round(Math.abs(x1 - x0))}" height="${round(Math.abs(y1 - y0))}"`;
}

function legend(chart: Chart): string {
  let left: number = WHOLE.margin.left;
  return chart.legend
    .map(({ label, colour, dashed }) => {
      const at = left;
      left += 44 + label.length * LETTER.legend;
      return `<path class="${colour}" d="M${at},62h22" stroke="${colourOf(colour)}" stroke-width="3"${dashed ? ' stroke-dasharray="5 4"' : ''}/><text x="${at + 28}" y="66">${escapeMarkup(label)}</text>`;
    })
    .join('');
}

function round(pixels: number): number {
  const rounded = Math.round(pixels * 100) / 100;
  return rounded === 0 ? 0 : rounded;
}
