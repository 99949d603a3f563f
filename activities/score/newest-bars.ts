import { barTimeTexts } from '../../data/bars/bar-time.js';
import { InvalidInputError } from '../../data/errors.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import type { FeatureTable, SymbolTable } from '../market/feature-table.js';
import { buildFeatureTable } from '../market/features/build-feature-table.js';
import type { BundledStudent, InputName } from './bundled-student.js';
import { INPUTS } from './bundled-student.js';
import { entryBar } from './entry-bar.js';
import type { NewestBar } from './score-rows.js';
import type { ScoredMarket } from './scored-market.js';

/** What a student says of the newest bar of every symbol that has one. */
export function newestBars(
  student: BundledStudent,
  market: Pick<ScoredMarket, 'series' | 'slots' | 'membership' | 'sectors' | 'calendar' | 'input'>,
  rule: LabelRule,
  run: string,
): NewestBar[] {
  const { interval } = market.input;
  const table = buildFeatureTable(market.series, rule, market);
  requireSameColumns(student, table, run);
  const dateOf = barTimeTexts(interval);
  return table.symbols.map((own) => {
    const row = own.time.length - 1;
    const minutes = own.time[row] ?? 0;
    const entry = entryBar(market.calendar, minutes, interval, rule);
    return {
      symbol: own.symbol,
      date: dateOf(minutes),
      entry: entry === undefined ? null : dateOf(entry),
      scored: own.complete[row] === 1 ? scoreOf(student, own, row) : null,
    };
  });
}

function scoreOf(student: BundledStudent, own: SymbolTable, row: number): NewestBar['scored'] {
  const columns = columnsOf(student, own, row);
  const { probability, score } = student.predict(columns, 1);
  const inputs = Float32Array.from(INPUTS.flatMap((name) => [...columns[name]]));
  const [p, s] = [probability[0] ?? NaN, score[0] ?? NaN];
  return Number.isFinite(p) && Number.isFinite(s) ? { probability: p, score: s, inputs } : null;
}

function columnsOf(
  { columns }: BundledStudent,
  own: SymbolTable,
  row: number,
): Record<InputName, Float32Array> {
  const part = (name: InputName): Float32Array => {
    const width = columns[name].length;
    return own[name].slice(row * width, (row + 1) * width);
  };
  return {
    features: part('features'),
    relative: part('relative'),
    ranks: part('ranks'),
    state: part('state'),
  };
}

/** A student reads columns by their place: those of other features would be other numbers. */
function requireSameColumns(
  { columns }: BundledStudent,
  { names, relativeColumns, rankNames, stateNames }: FeatureTable,
  run: string,
): void {
  const computed: Record<InputName, readonly string[]> = {
    features: names,
    relative: relativeColumns.map((column) => names[column] ?? ''),
    ranks: rankNames,
    state: stateNames,
  };
  const other = INPUTS.filter((name) => columns[name].join() !== computed[name].join());
  if (other.length > 0)
    throw new InvalidInputError([
      `run ${run} learnt from other ${other.join(', ')} than this version of the program computes: train it again with: gurukul resume ${run}`,
    ]);
}
