import type { ChoiceReturns } from './choice-returns.js';

/** The candidates of one choice on the dates of its tests. */
export interface ChoiceTable {
  readonly choice: string;
  /** Ascending. */
  readonly dates: readonly string[];
  /** Number of candidates. */
  readonly candidates: number;
  /** Row-major [dates × candidates]; NaN where a candidate has no figure. */
  readonly figures: Float64Array;
}

/**
 * One table for each choice, by name. Every cohort tests its candidates on its own past, and the pasts of cohorts
 * overlap: where several have a figure of a candidate on a date, it is their mean. The sum is taken in the order of the
 * values, so that the order of the cohorts does not matter.
 */
export function choiceTables(parts: readonly ChoiceReturns[]): ChoiceTable[] {
  const byChoice = new Map<string, { readonly dates: Set<string>; candidates: number }>();
  for (const { choice, config, date } of parts)
    for (const [row, name] of choice.entries()) {
      const own = byChoice.get(name) ?? { dates: new Set<string>(), candidates: 0 };
      own.dates.add(date[row] ?? '');
      own.candidates = Math.max(own.candidates, (config[row] ?? 0) + 1);
      byChoice.set(name, own);
    }
  const tables = new Map<string, OpenTable>();
  for (const choice of [...byChoice.keys()].sort()) {
    const { dates, candidates } = byChoice.get(choice) ?? { dates: [], candidates: 0 };
    tables.set(choice, openTable(choice, [...dates].sort(), candidates));
  }
  for (const { choice, config, date, figure } of parts)
    for (const [row, name] of choice.entries()) {
      const table = tables.get(name);
      const value = figure[row] ?? NaN;
      if (table === undefined || Number.isNaN(value)) continue;
      const at = (table.place.get(date[row] ?? '') ?? 0) * table.candidates + (config[row] ?? 0);
      const known = table.figures[at] ?? NaN;
      if (Number.isNaN(known)) table.figures[at] = value;
      else table.repeated.set(at, [...(table.repeated.get(at) ?? [known]), value]);
    }
  return Array.from(tables.values(), ({ choice, dates, candidates, figures, repeated }) => {
    for (const [at, values] of repeated)
      figures[at] = values.sort((a, b) => a - b).reduce((sum, value) => sum + value, 0) / values.length;
    return { choice, dates, candidates, figures };
  });
}

/** A table that is filled. */
interface OpenTable extends ChoiceTable {
  /** Row of a date. */
  readonly place: ReadonlyMap<string, number>;
  /** All values of the places that have more than one. */
  readonly repeated: Map<number, number[]>;
}

function openTable(choice: string, dates: readonly string[], candidates: number): OpenTable {
  return {
    choice,
    dates,
    candidates,
    figures: new Float64Array(dates.length * candidates).fill(NaN),
    place: new Map(dates.map((date, at) => [date, at])),
    repeated: new Map(),
  };
}

/** All cohorts as one table, sorted by choice, candidate and date, each once: choice_returns.parquet of a bundle. */
export function joinChoiceReturns(parts: readonly ChoiceReturns[]): ChoiceReturns {
  const rows: ChoiceReturns = { choice: [], config: [], date: [], figure: [] };
  for (const { choice, dates, candidates, figures } of choiceTables(parts))
    for (let config = 0; config < candidates; config += 1)
      for (const [day, date] of dates.entries()) {
        rows.choice.push(choice);
        rows.config.push(config);
        rows.date.push(date);
        rows.figure.push(figures[day * candidates + config] ?? NaN);
      }
  return rows;
}
