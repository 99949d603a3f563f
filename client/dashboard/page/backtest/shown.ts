import type { Backtest, BacktestArm } from '../../../../data/schemas/backtest.js';
import type { BacktestFigures } from '../../contract/backtest.js';
import type { ArmName } from '../../figures/arm-lines.js';
import type { TimeSeries } from '../charts/time-chart.js';

/** What every section of the tab is given. */
export interface Shown {
  readonly figures: BacktestFigures;
  readonly student: BacktestArm;
  /** Seconds since 1970 of each session. */
  readonly times: readonly number[];
}

/** The backtest of a bundle in the form that sections draw; undefined where it has no students' arm. */
export function shownOf(figures: BacktestFigures): Shown | undefined {
  const { backtest } = figures;
  const student = armOf(backtest, 'student');
  return student === undefined
    ? undefined
    : { figures, student, times: backtest.sessions.map((session) => Date.parse(session) / 1000) };
}

/** An arm by its name. */
export function armOf({ arms }: Backtest, name: ArmName): BacktestArm | undefined {
  return arms.find((arm) => arm.name === name);
}

/** The colour that an arm has everywhere. */
export function colourOf(name: ArmName): TimeSeries['colour'] {
  return name === 'factorSum' ? 'factors' : name;
}

/** The last value of a series. */
export function lastOf(series: readonly (number | null)[]): number | null {
  return series.findLast((value) => value !== null) ?? null;
}
