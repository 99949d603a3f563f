import { concatPredictions } from '../../../data/predictions/parquet.js';
import type { Predictions, Split } from '../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import type { Random } from '../../../data/random.js';
import { randomStream } from '../../../data/random.js';
import { windowLabel } from '../../../data/schemas/plan.js';
import { addDays, dayNumber } from '../../../data/time/dates.js';

/** Options of synthetic predictions. */
export interface FixtureOptions {
  readonly seed: number;
  readonly dates: number;
  readonly symbols: number;
  /** Share of the forward return's standard deviation that the probability explains; 0: none. */
  readonly signal: number;
  readonly start?: string;
  /** Length in bars of returns and signals: neighbouring rows share all but one of them. */
  readonly overlap?: number;
}

const WEEKEND = new Set([2, 3]);

/** The first weekdays from a date. */
export function weekdays(start: string, count: number): string[] {
  const dates: string[] = [];
  for (let date = start; dates.length < count; date = addDays(date, 1))
    if (!WEEKEND.has(dayNumber(date) % 7)) dates.push(date);
  return dates;
}

/** Forward and validation predictions with a known signal, sorted like those of a run. */
export function fixturePredictions({
  seed,
  dates,
  symbols,
  signal,
  start = '2022-07-01',
  overlap = 1,
}: FixtureOptions): Predictions {
  const forward = part(seed, 'forward', weekdays(start, dates), symbols, signal, overlap);
  const inside = part(seed, 'validation', weekdays(addDays(start, -60), 30), symbols, signal, overlap);
  return concatPredictions([forward, inside]);
}

function part(
  seed: number,
  split: Split,
  dates: readonly string[],
  symbols: number,
  signal: number,
  overlap: number,
): Predictions {
  const random = randomStream([seed, 'fixture', split]);
  const bySymbol = Array.from({ length: symbols }, () => ({
    known: movingSums(random, dates.length, overlap),
    unknown: movingSums(random, dates.length, overlap),
  }));
  const out = emptyPredictions();
  for (const [day, date] of dates.entries()) {
    const market = 0.01 * random.normal();
    for (const [i, series] of bySymbol.entries()) {
      const symbol = `SYM${String(i).padStart(2, '0')}`;
      const known = series.known[day] ?? 0;
      const unknown = series.unknown[day] ?? 0;
      const forwardReturn = 0.003 + market + 0.03 * (signal * known + Math.sqrt(1 - signal ** 2) * unknown);
      out.symbol.push(symbol);
      out.date.push(date);
      out.window.push(windowLabel(symbol, '2022-01-01', '2022-06-30'));
      const logit = 1.7 * Math.max(signal, 0.1) * known - 0.9;
      out.model.push('teacher');
      out.split.push(split);
      out.probability.push(1 / (1 + Math.exp(-logit)));
      out.score.push(logit);
      out.label.push(forwardReturn > 0.02 ? 1 : 0);
      out.forwardReturn.push(forwardReturn);
      out.baseRate.push(0.28 + 0.01 * (i % 5));
    }
  }
  return out;
}

/** Sums of `overlap` neighbouring standard normal draws, scaled to a variance of 1. */
function movingSums(random: Random, length: number, overlap: number): number[] {
  const draws = Array.from({ length: length + overlap - 1 }, () => random.normal());
  return Array.from(
    { length },
    (_, i) => draws.slice(i, i + overlap).reduce((sum, draw) => sum + draw, 0) / Math.sqrt(overlap),
  );
}
