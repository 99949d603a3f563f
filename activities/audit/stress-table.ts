import type { StressTests } from '../../data/schemas/stress.js';
import { fixed, percent, thousands } from '../texts/format-numbers.js';

/** A table for a report. */
export interface StressTable {
  readonly head: string[];
  readonly rows: string[][];
}

/** The students on extreme days. */
export function eventsTable({ events }: Pick<StressTests, 'events'>): StressTable {
  return {
    head: ['from', 'event', 'rows', 'market', 'strategy', 'base rate', 'mean probability', 'AUC'],
    rows: events.map((event) => [
      event.date,
      event.note,
      thousands(event.rows),
      percent(event.marketReturn),
      percent(event.strategyReturn),
      fixed(event.baseRate, 3),
      fixed(event.meanProbability, 3),
      fixed(event.auc, 3),
    ]),
  };
}

/** The shocks with their figures, after the line without one. */
export function shocksTable({ unshocked, shocks }: Pick<StressTests, 'unshocked' | 'shocks'>): StressTable {
  const figuresOf = (figures: StressTests['unshocked']): string[] => [
    fixed(figures?.logLoss ?? null, 3),
    fixed(figures?.baselineLogLoss ?? null, 3),
    fixed(figures?.ece ?? null, 3),
    fixed(figures?.rankIc ?? null, 3),
    fixed(figures?.neutralRankIc ?? null, 3),
    percent(figures?.activePerYear ?? null),
    percent(figures?.worstDrawdown ?? null),
    percent(figures?.worstDay ?? null),
  ];
  return {
    head: [
      ...['shock', 'rows', 'not predicted', 'log-loss', 'base rate’s', 'calibration error', 'rank IC'],
      ...['neutral rank IC', 'active a year', 'drawdown', 'worst day', 'verdict'],
    ],
    rows: [
      ...(unshocked === null ? [] : [['none', '', '', ...figuresOf(unshocked), '']]),
      ...shocks.map(({ id, rows, missing, figures, verdict }) => [
        id,
        thousands(rows),
        thousands(missing),
        ...figuresOf(figures),
        verdict,
      ]),
    ],
  };
}

/** What each shock does, what it must not do, and what it did. */
export function verdictsTable({ shocks }: Pick<StressTests, 'shocks'>): StressTable {
  return {
    head: ['shock', 'what', 'limit', 'verdict', 'because'],
    rows: shocks.map(({ id, what, limit, verdict, because }) => [
      id,
      what,
      limit ?? 'none: reported alone',
      verdict,
      because,
    ]),
  };
}

/** Whose bars were shocked, in a sentence. */
export function describeShocks({
  cohort,
  sessions,
  holdingBars,
}: Pick<StressTests, 'cohort' | 'sessions' | 'holdingBars'>): string {
  return cohort === null
    ? 'No student has enough forward sessions with enough symbols to be asked again on shocked bars.'
    : `The student of ${cohort} predicted the rows of its last ${thousands(sessions)} forward sessions again on shocked bars. Labels and returns are those of the shocked bars, and the strategy holds for ${thousands(holdingBars ?? 0)} bars, as it does without a shock. Limits were declared before any student was stressed; docs/explanation/stress-tests.md of the program says why they are what they are.`;
}
