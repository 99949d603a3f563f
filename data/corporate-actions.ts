import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { BarSeries } from './bars/series.js';
import { csvTable } from './csv-table.js';
import { InvalidInputError } from './errors.js';
import type { CorporateAction } from './schemas/corporate-action.js';
import { corporateActionSchema } from './schemas/corporate-action.js';
import { startOfDate } from './time/dates.js';

/** Actions by symbol, each list in ascending order of ex-date. */
export type CorporateActions = ReadonlyMap<string, readonly CorporateAction[]>;

const COLUMNS = ['symbol', 'ex_date', 'price_factor', 'kind'] as const;

/** The project's own list. @throws InvalidInputError */
export async function loadCorporateActions(packageRoot: string): Promise<CorporateActions> {
  const file = path.join(packageRoot, 'data', 'reference', 'corporate-actions.csv');
  return parseCorporateActions(await readFile(file, 'utf8'), file);
}

/**
 * Parses actions from CSV text with the columns symbol, ex_date, price_factor and kind; other columns are
 * ignored.
 *
 * @throws InvalidInputError naming the file and every wrong line.
 */
export function parseCorporateActions(text: string, file: string): CorporateActions {
  const table = csvTable(text);
  const missing = COLUMNS.filter((column) => !table.header.includes(column));
  if (missing.length > 0) {
    throw new InvalidInputError([`${file}:1: missing columns in the header: ${missing.join(', ')}`]);
  }
  const problems: string[] = [];
  const bySymbol = new Map<string, CorporateAction[]>();
  for (const row of table.rows) {
    const parsed = corporateActionSchema.safeParse({
      exDate: row.cell('ex_date'),
      priceFactor: Number(row.cell('price_factor') ?? 'NaN'),
      kind: row.cell('kind'),
    });
    const symbol = row.cell('symbol') ?? '';
    if (!parsed.success) {
      problems.push(
        ...parsed.error.issues.map((i) => `${file}:${row.line}: ${i.path.join('.')}: ${i.message}`),
      );
    } else if (symbol === '') {
      problems.push(`${file}:${row.line}: symbol: must not be empty`);
    } else {
      bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), parsed.data]);
    }
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
  return new Map([...bySymbol].map(([symbol, actions]) => [symbol, sortActions(actions)]));
}

/**
 * Back-adjusts a series for corporate actions: prices before an ex-date are divided by the action's factor and
 * volumes multiplied by it, so that a return across the ex-date is what a holder earned. Bars on and after the
 * last ex-date are unchanged. The bar store keeps bars as traded; they are adjusted when they are read.
 */
export function adjustSeries(series: BarSeries, actions: readonly CorporateAction[]): BarSeries {
  if (actions.length === 0) return series;
  const latestFirst = sortActions(actions)
    .reverse()
    .map(({ exDate, priceFactor }) => ({ start: startOfDate(exDate), priceFactor }));
  const open = series.open.slice();
  const high = series.high.slice();
  const low = series.low.slice();
  const close = series.close.slice();
  const volume = series.volume.slice();
  let factor = 1;
  let next = 0;
  for (let bar = series.time.length - 1; bar >= 0; bar -= 1) {
    const time = series.time[bar] ?? 0;
    for (
      let action = latestFirst[next];
      action !== undefined && time < action.start;
      action = latestFirst[next]
    ) {
      factor *= action.priceFactor;
      next += 1;
    }
    if (factor === 1) continue;
    for (const column of [open, high, low, close]) column[bar] = (column[bar] ?? NaN) / factor;
    volume[bar] = (volume[bar] ?? NaN) * factor;
  }
  return { ...series, open, high, low, close, volume };
}

function sortActions(actions: readonly CorporateAction[]): CorporateAction[] {
  return [...actions].sort((a, b) => (a.exDate < b.exDate ? -1 : a.exDate > b.exDate ? 1 : 0));
}
