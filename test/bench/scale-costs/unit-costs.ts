import type { RunCosts } from '../whole-run/figures.js';

/** A cost that grows with cohorts and with windows: `perCohort × cohorts + perWindow × windows`. */
export interface UnitCost {
  readonly perCohort: number;
  readonly perWindow: number;
}

/** What a cohort and a window cost, from two measured runs. */
export interface UnitCosts {
  /** Processor seconds by step. */
  readonly cpu: Readonly<Record<string, UnitCost>>;
  /** Seconds by step, on the machine of the measurement. */
  readonly seconds: Readonly<Record<string, UnitCost>>;
  /** Bytes by folder of the home. */
  readonly bytes: Readonly<Record<string, UnitCost>>;
  /** MiB of the largest process, whatever the number of cohorts: what there is without a window, and for each. */
  readonly memory: { readonly fixed: number; readonly perWindow: number };
}

export interface RunSize {
  readonly windows: number;
  readonly cohorts: number;
}

/**
 * The unit costs that explain a small and a large run of as many cohorts each. Where the large run cost less than in
 * proportion to nothing but its cohorts (noise of short steps), a window costs nothing.
 *
 * @throws RangeError where the runs do not differ in windows, or differ in cohorts: then both kinds cannot be told apart.
 */
export function unitCosts(small: RunCosts, large: RunCosts): UnitCosts {
  if (small.cohorts !== large.cohorts || small.windows >= large.windows)
    throw new RangeError('unit costs need two runs of as many cohorts, the second with more windows');
  const line = (less: number, more: number): { fixed: number; perWindow: number } => {
    const perWindow = Math.max(0, (more - less) / (large.windows - small.windows));
    return { fixed: Math.max(0, more - perWindow * large.windows), perWindow };
  };
  const each = (
    less: Readonly<Record<string, number | null>>,
    more: Readonly<Record<string, number | null>>,
  ): Record<string, UnitCost> =>
    Object.fromEntries(
      [...new Set([...Object.keys(less), ...Object.keys(more)])].map((name) => {
        const { fixed, perWindow } = line(less[name] ?? 0, more[name] ?? 0);
        return [name, { perCohort: fixed / large.cohorts, perWindow }];
      }),
    );
  return {
    cpu: each(small.cpu, large.cpu),
    seconds: each(small.seconds, large.seconds),
    bytes: each(small.bytes, large.bytes),
    memory: line(small.peakRssMb, large.peakRssMb),
  };
}

/** What a run of some size costs of one kind. */
export function costOfRun({ perCohort, perWindow }: UnitCost, { windows, cohorts }: RunSize): number {
  return perCohort * cohorts + perWindow * windows;
}

/** The same of several kinds together. */
export function costOfAll(costs: readonly (UnitCost | undefined)[], size: RunSize): number {
  return costs.reduce((sum, cost) => sum + (cost === undefined ? 0 : costOfRun(cost, size)), 0);
}
