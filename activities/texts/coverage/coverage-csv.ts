import type { Coverage } from '../../../data/schemas/coverage.js';
import { csvText } from '../../../data/text/csv-text.js';
import { outcomeText } from './coverage-outcome.js';
import { monthNames } from './month-cells.js';

const COLUMNS = ['symbol', 'outcome', 'first', 'last', 'bars', 'sessions', 'missing', 'actions', 'series'];

/**
 * coverage.csv: a row a symbol, with the share of each month's sessions that have bars. A page of thousands of symbols
 * cannot show all of that.
 */
export function renderCoverageCsv({ symbols, firstMonth }: Coverage): string {
  const count = symbols.reduce((most, { months }) => Math.max(most, months.length), 0);
  const months = monthNames(firstMonth, count);
  const rows = symbols.map((row) => [
    ...[row.symbol, outcomeText(row), row.first, row.last, row.bars, row.sessions, row.missing, row.actions],
    ...[row.digest, ...months.map((_, month) => row.months[month] ?? null)],
  ]);
  return csvText([...COLUMNS, ...months], rows);
}
