import type { PredictionSets } from '../../../activities/figures/figures.js';
import type { MarketRows } from '../../../activities/figures/market-rows.js';
import type { Model, Predictions, Split } from '../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import { randomStream } from '../../../data/random.js';
import { addDays } from '../../../data/time/dates.js';
import { weekdays } from './predictions-fixture.js';

/** Options of a made-up market with a score. */
export interface MarketOptions {
  readonly seed: number;
  readonly symbols: number;
  /** Dates of each cohort's forward rows; cohorts follow one another. */
  readonly dates: number;
  readonly cohorts: number;
  /** Dates of out-of-fold rows before each cohort's forward rows. @default 0 */
  readonly past?: number;
  /** Correlation of score and next day's return. */
  readonly signal: number;
  /** How strongly returns reverse within the days after: then a long holding period earns less. @default 0 */
  readonly fading?: number;
}

const HORIZONS = [1, 5, 10, 20] as const;

/**
 * Predictions of all models and the market that they were made in: log returns of each day are normal, the teachers'
 * score knows a part of the next day's, the placebo's and the permuted teachers' nothing. Entry at the next open.
 */
export function fixtureMarket(options: MarketOptions): PredictionSets & { readonly market: MarketRows } {
  const { seed, symbols, dates, cohorts, past = 0, signal, fading = 0 } = options;
  const random = randomStream([seed, 'market']);
  const total = past + dates * cohorts + 25;
  const days = weekdays('2022-01-03', total);
  const names = Array.from({ length: symbols }, (_, i) => `S${String(i).padStart(3, '0')}`);
  const shocks = days.map(() => names.map(() => 0.02 * random.normal()));
  const known = days.map(() => names.map(() => random.normal()));
  const prices: number[][] = [];
  days.forEach((_, t) => {
    prices.push(
      names.map((_, s) => {
        const drift = 0.02 * (signal * (known[t - 1]?.[s] ?? 0) - fading * (known[t - 8]?.[s] ?? 0));
        return (prices[t - 1]?.[s] ?? 100) * Math.exp((shocks[t]?.[s] ?? 0) + drift);
      }),
    );
  });
  const price = (t: number, s: number): number => prices[t]?.[s] ?? NaN;
  const outcome = (t: number, s: number, bars: number): number =>
    t + bars < total ? price(t + bars, s) / price(t, s) - 1 : NaN;
  const sets: Record<Model, Predictions> = {
    teacher: emptyPredictions(),
    student: emptyPredictions(),
    placebo: emptyPredictions(),
    permuted: emptyPredictions(),
    studentPlacebo: emptyPredictions(),
  };
  const add = (model: Model, t: number, s: number, cohort: string, split: Split, score: number): void => {
    const out = sets[model];
    const forwardReturn = outcome(t, s, 5);
    if (Number.isNaN(forwardReturn)) return;
    out.symbol.push(names[s] ?? '');
    out.date.push(days[t] ?? '');
    out.window.push(`${names[s] ?? ''}_${cohort}`);
    out.model.push(model);
    out.split.push(split);
    out.probability.push(1 / (1 + Math.exp(1 - score)));
    out.score.push(score);
    out.label.push(forwardReturn > 0.02 ? 1 : 0);
    out.forwardReturn.push(forwardReturn);
    out.baseRate.push(0.3);
  };
  for (let cohort = 0; cohort < cohorts; cohort += 1) {
    const start = past + cohort * dates;
    const end = days[start] ?? '';
    const id = `${addDays(end, -180)}_to_${end}`;
    for (let t = cohort * dates; t < start + dates; t += 1)
      for (const s of names.keys()) {
        const score = 0.5 * (known[t]?.[s] ?? 0);
        const split = t < start ? 'out_of_fold' : 'forward';
        add('teacher', t, s, id, split, score);
        if (split !== 'forward') continue;
        add('student', t, s, id, split, score + 0.2 * random.normal());
        add('placebo', t, s, id, split, random.normal());
        add('permuted', t, s, id, split, random.normal());
      }
  }
  const keys = { symbol: [] as string[], date: [] as string[] };
  const rows: (readonly [number, number])[] = [];
  days.forEach((day, t) => {
    names.forEach((name, s) => {
      keys.symbol.push(name);
      keys.date.push(day);
      rows.push([t, s]);
    });
  });
  return {
    ...sets,
    market: {
      outcomes: {
        ...keys,
        entryDate: rows.map(([t]) => days[t + 1] ?? ''),
        entryPrice: rows.map(([t, s]) => price(t, s)),
        returns: HORIZONS.map((bars) => rows.map(([t, s]) => outcome(t, s, bars))),
      },
      exposures: {
        ...keys,
        volatility: rows.map(([, s]) => 0.01 + 0.0001 * s),
        beta: rows.map(([t, s]) => 1 + 0.1 * Math.sin(t + 7 * s)),
        tradedValue: rows.map(([, s]) => 1e8 * (1 + ((s * 37) % symbols))),
        sector: rows.map(([, s]) => (s % 7 === 6 ? null : `SECTOR${s % 7}`)),
      },
      factors: {
        ...keys,
        names: ['reversal1', 'factorSum'],
        values: [
          rows.map(([t, s]) => -outcome(t - 1, s, 1)),
          rows.map(([t, s]) => -outcome(t - 1, s, 1) - outcome(t - 5, s, 5)),
        ],
      },
    },
  };
}
