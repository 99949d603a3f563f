import type { Backtest, BacktestArm } from '../../../../data/schemas/backtest.js';
import type { BacktestAnswer, BacktestFigures } from '../../contract/backtest.js';
import type { ArmName } from '../../figures/arm-lines.js';
import type { TimeSeries } from '../charts/time-chart.js';

/** What every section of the tab is given. */
export interface Shown {
  readonly figures: BacktestFigures;
  readonly student: BacktestArm;
  /** Seconds since 1970 of each session. */
  readonly times: readonly number[];
  /** The rank IC that is drawn: raw where there are too few symbols for the neutral one. */
  readonly ic: { readonly name: string; readonly of: (arm: BacktestArm) => readonly (number | null)[] };
}

/** The backtest of a bundle in the form that sections draw; undefined where it has no students' arm. */
export function shownOf(figures: BacktestFigures): Shown | undefined {
  const { backtest } = figures;
  const student = armOf(backtest, 'student');
  if (student === undefined) return undefined;
  return {
    ...{ figures, student },
    times: backtest.sessions.map((session) => Date.parse(session) / 1000),
    ic: student.neutralRankIc.some((value) => value !== null)
      ? { name: 'Neutral rank IC', of: ({ neutralRankIc }) => neutralRankIc }
      : { name: 'Rank IC', of: ({ rankIc }) => rankIc },
  };
}

/** An arm by its name. */
function armOf({ arms }: Backtest, name: ArmName): BacktestArm | undefined {
  return arms.find((arm) => arm.name === name);
}

/** Net wealth of a bundle's students by session, each from its own start; empty where it has none. */
export function wealthBySession({ figures }: BacktestAnswer): ReadonlyMap<string, number | null> {
  const student = figures === null ? undefined : armOf(figures.backtest, 'student');
  if (figures === null || student === undefined) return new Map();
  return new Map(figures.backtest.sessions.map((session, at) => [session, student.net.equity[at] ?? null]));
}

/** The colour that an arm has everywhere. */
export function colourOf(name: ArmName): TimeSeries['colour'] {
  return name === 'factorSum' ? 'factors' : name;
}

/** The last value of a series. */
export function lastOf(series: readonly (number | null)[]): number | null {
  return series.findLast((value) => value !== null) ?? null;
}
