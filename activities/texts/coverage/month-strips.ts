import type { CoverageRow } from '../../../data/schemas/coverage.js';
import { thousands } from '../format-numbers.js';
import { escapeMarkup } from '../html.js';
import type { MonthCells } from './month-cells.js';

/** Size of a cell in the strips, in units of their drawing. */
const CELL = { width: 4, gap: 1, height: 14 };
/** Size of a column in the picture of all symbols. */
const COLUMN = { width: 10, gap: 2, height: 60 };
const STEP = CELL.width + CELL.gap;

/** Draws the months of a coverage. */
export interface MonthStrips {
  /** What all strips share, drawn once; to be put before them. */
  readonly shared: string;
  /** A cell a month, filled from below by the share of its sessions that have bars. */
  readonly strip: (row: Pick<CoverageRow, 'symbol' | 'months'>) => string;
}

/**
 * Strips of few bytes: a page has hundreds of them. Equal cells side by side are one shape; the lines between them and
 * the empty cells behind them are drawn once and used by all.
 */
export function monthStrips({ names, shares }: MonthCells): MonthStrips {
  const { height } = CELL;
  const whole = names.length * STEP;
  const lines = names.map((_, cell) => `M${cell * STEP + CELL.width} 0h${CELL.gap}v${height}h-${CELL.gap}z`);
  return {
    shared:
      `<svg class="shared" width="0" height="0" aria-hidden="true"><defs><path id="cells" class="cell" d="M0 0h${whole}v${height}H0z"/>` +
      `<path id="lines" class="line" d="${lines.join('')}"/></defs></svg>`,
    strip: ({ symbol, months }) => {
      if (months.length === 0) return '–';
      return (
        `<svg class="strip" role="img" aria-label="months of ${escapeMarkup(symbol)} with bars" width="${whole}" height="${height}">` +
        `<use href="#cells"/><path class="there" d="${filled(shares(months))}"/><use href="#lines"/></svg>`
      );
    },
  };
}

/** The filled part of a strip: a shape for each run of equal cells. */
function filled(shares: readonly (number | null)[]): string {
  const tops = shares.map((share) => Math.round(CELL.height * (share ?? 0) * 10) / 10);
  let shapes = '';
  for (let start = 0; start < tops.length;) {
    const high = tops[start] ?? 0;
    let end = start + 1;
    while (end < tops.length && tops[end] === high) end += 1;
    if (high > 0)
      shapes += `M${start * STEP} ${CELL.height}v-${high}h${(end - start) * STEP - CELL.gap}v${high}z`;
    start = end;
  }
  return shapes;
}

/** All symbols in one picture: a column a month, as high as the share of all their sessions that have bars. */
export function allSymbolsStrip(rows: readonly CoverageRow[], { names, unit, shares }: MonthCells): string {
  const known = rows.filter(({ months }) => months.length > 0).map(({ months }) => shares(months));
  if (known.length === 0) return '';
  const { width, gap, height } = COLUMN;
  const columns = names.map((name, cell) => {
    const there = known.flatMap((own) => own[cell] ?? []);
    const share = there.reduce((sum, one) => sum + one, 0) / Math.max(1, there.length);
    const withBars = there.filter((one) => one > 0).length;
    const high = Math.round(height * share * 10) / 10;
    const x = cell * (width + gap);
    // Rounded down: 100 % has every session.
    const text = `${name}: ${thousands(withBars)} of ${thousands(known.length)} symbols have bars, ${Math.floor(1000 * share) / 10} % of the sessions of all`;
    return (
      `<g><title>${escapeMarkup(text)}</title><rect class="cell" x="${x}" y="0" width="${width}" height="${height}"/>` +
      `<rect class="there" x="${x}" y="${Math.round((height - high) * 10) / 10}" width="${width}" height="${high}"/></g>`
    );
  });
  const whole = names.length * (width + gap);
  const [first = '', last = ''] = [names[0], names.at(-1)];
  return `<figure><svg class="all" role="img" aria-label="share of the sessions of all symbols that have bars, by ${unit}" viewBox="0 0 ${whole} ${height}" width="${whole}" height="${height}">${columns.join('')}</svg>
<figcaption>All ${thousands(known.length)} symbols with bars together, a column a ${unit}, ${escapeMarkup(first)} to ${escapeMarkup(last)}: how much of their sessions has bars. A column says its figures under the pointer.</figcaption></figure>`;
}
