import {
  encodeTable,
  nullableDoubleColumn,
  nullableTextColumn,
  textColumn,
} from '../../data/parquet/columns.js';
import type { ScoreRow } from '../../data/schemas/score-log.js';
import { csvText } from '../../data/text/csv-text.js';

/** Columns of scores in CSV and Parquet, with what they hold. */
const COLUMNS = {
  symbol: 'NSE symbol',
  date: 'the bar that the features end with; empty without bars',
  entry: 'the bar at whose open or close a trade can be made',
  probability: 'that the label is 1, from 0 to 1',
  score: 'expected return relative to comparable symbols, as a fraction',
  rank: '1 for the highest score of the newest date',
  interval_low: 'a tenth of the returns of rows with such a score were lower',
  interval_high: 'a tenth of them were higher',
  base_rate: 'share of ones among the labels that the symbol’s teacher learned from',
  flags: 'what a reader should know, with semicolons between',
  drifted: 'inputs that lie beyond those that the student was examined on',
} as const;

/** Scores as CSV text. */
export function scoresAsCsv(rows: readonly ScoreRow[]): string {
  return csvText(
    Object.keys(COLUMNS),
    rows.map((row) => [
      ...[row.symbol, row.date, row.entry, row.probability, row.score, row.rank],
      ...[row.interval?.low ?? null, row.interval?.high ?? null, row.baseRate],
      ...[row.flags.join(';'), row.drifted.join(';')],
    ]),
  );
}

/** Scores as the bytes of a Parquet file. */
export function scoresAsParquet(rows: readonly ScoreRow[]): Uint8Array {
  const numbers = (name: keyof typeof COLUMNS, of: (row: ScoreRow) => number | null | undefined) =>
    nullableDoubleColumn(
      name,
      rows.map((row) => of(row) ?? NaN),
    );
  const texts = (name: keyof typeof COLUMNS, of: (row: ScoreRow) => string) => textColumn(name, rows.map(of));
  const dates = (name: 'date' | 'entry') =>
    nullableTextColumn(
      name,
      rows.map((row) => row[name]),
    );
  return encodeTable(
    [
      texts('symbol', ({ symbol }) => symbol),
      dates('date'),
      dates('entry'),
      numbers('probability', ({ probability }) => probability),
      numbers('score', ({ score }) => score),
      numbers('rank', ({ rank }) => rank),
      numbers('interval_low', ({ interval }) => interval?.low),
      numbers('interval_high', ({ interval }) => interval?.high),
      numbers('base_rate', ({ baseRate }) => baseRate),
      texts('flags', ({ flags }) => flags.join(';')),
      texts('drifted', ({ drifted }) => drifted.join(';')),
    ],
    { format: 'scores/1', columns: COLUMNS },
  );
}
