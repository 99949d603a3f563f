import { readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import type { MarketRows } from '../../../../activities/figures/market-rows.js';
import type { Predictions } from '../../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../../data/predictions/prediction.js';
import { packageRoot } from '../../../../data/store/package-root.js';

const figure = z.number().nullable();
const daily = z.array(figure);
const byName = z.record(z.string(), daily);

/** What numpy, scipy and pandas say of a made-up market: see make.py beside the file. */
export const GOLDEN = z
  .object({
    dates: z.array(z.string()),
    symbols: z.array(z.string()),
    sector: z.array(z.string().nullable()),
    rows: z.array(z.array(figure)),
    raw: byName,
    neutral: byName,
    by_sector: z.record(z.string(), z.object({ days: z.number(), mean: z.number() })),
    exposure: byName,
    between_sectors: daily,
    autocorrelation: byName,
    turnover: byName,
    strategy: z.record(
      z.string(),
      z.object({
        gross: daily,
        equal_weight: daily,
        turnover: daily,
        long_short: daily,
        capacity: daily,
      }),
    ),
  })
  .parse(
    JSON.parse(readFileSync(path.join(packageRoot, 'test', 'golden', 'ranking', 'golden.json'), 'utf8')),
  );

/** The rows of the file as those of one cohort's teachers, entered at the open of the next bar. */
export function goldenSets(): { readonly predictions: Predictions; readonly market: MarketRows } {
  const out = emptyPredictions();
  const entryDate: string[] = [];
  const numbers = (column: number): number[] => GOLDEN.rows.map((row) => row[column] ?? NaN);
  for (const row of GOLDEN.rows) {
    const symbol = GOLDEN.symbols[row[1] ?? 0] ?? '';
    const day = row[0] ?? 0;
    out.symbol.push(symbol);
    out.date.push(GOLDEN.dates[day] ?? '');
    entryDate.push(GOLDEN.dates[day + 1] ?? '');
    out.window.push(`${symbol}_2024-02-01_to_2024-08-01`);
    out.model.push('teacher');
    out.split.push('forward');
    out.probability.push(0.3);
    out.score.push(row[2] ?? NaN);
    out.label.push(0);
    out.forwardReturn.push(0);
    out.baseRate.push(0.3);
  }
  const keys = { symbol: out.symbol, date: out.date };
  return {
    predictions: out,
    market: {
      outcomes: {
        ...keys,
        entryDate,
        entryPrice: numbers(3),
        returns: [numbers(4), numbers(5), numbers(6), numbers(7)],
      },
      exposures: {
        ...keys,
        volatility: numbers(8),
        beta: numbers(9),
        tradedValue: numbers(10),
        sector: GOLDEN.rows.map((row) => GOLDEN.sector[row[1] ?? 0] ?? null),
      },
      factors: { ...keys, names: ['lowVolatility'], values: [numbers(8).map((value) => -value)] },
    },
  };
}
