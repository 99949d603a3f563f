import type { ScoreRow } from '../../../data/schemas/score-log.js';
import type { NewScores } from '../../../data/scores/score-logs.js';

/** A row with a score; the other numbers follow from it. */
export function madeRow(symbol: string, score: number, date = '2024-05-03'): ScoreRow {
  return {
    symbol,
    date,
    entry: '2024-05-06',
    probability: 1 / (1 + Math.exp(-score)),
    score,
    rank: 1,
    interval: { low: -0.05, high: 0.05, rows: 40 },
    baseRate: 0.3,
    flags: [],
    drifted: [],
  };
}

/** What a champion said on a date. */
export function madeScores(change: Partial<NewScores> = {}): NewScores {
  return {
    format: 'gurukul-scores/1',
    role: 'champion',
    run: 'run_a',
    bundleDigest: 'a'.repeat(64),
    decision: 1,
    cohort: '2023-07-01_to_2023-12-28',
    source: 'csv',
    interval: '1day',
    rule: { label: 'horizon', horizon: 5, threshold: 0.02, entry: 'next-open' },
    date: '2024-05-03',
    inRun: false,
    bars: { digest: 'b'.repeat(64), series: { INFY: 'c'.repeat(64), TCS: 'd'.repeat(64) } },
    inputs: { names: ['features/gap'], tenths: [[1, 1]] },
    codeVersion: 'code',
    rows: [madeRow('INFY', 0.01), madeRow('TCS', -0.01)],
    ...change,
  };
}
