import type { AccuracyFigure, Examination } from '../../../data/schemas/examination.js';
import { dieboldMariano } from '../../stats/diebold-mariano.js';
import type { PreparedArm } from '../arm.js';

/** Diebold–Mariano tests of the log-loss by date, against both base rates. Every date counts the same. */
export function accuracyTests({ byDate, horizon }: PreparedArm): Examination['dieboldMariano'] {
  const against = (other: Float64Array): AccuracyFigure =>
    accuracyFigure(
      other.map((loss, date) => (loss - (byDate.logLoss[date] ?? NaN)) / (byDate.rows[date] ?? NaN)),
      horizon,
    );
  return { baseRate: against(byDate.baselineLogLoss), pooledRate: against(byDate.pooledLogLoss) };
}

function accuracyFigure(differences: Float64Array, horizon: number): AccuracyFigure {
  const test = dieboldMariano(differences, horizon);
  return {
    dates: differences.length,
    lags: horizon - 1,
    window: test?.window ?? null,
    mean: test?.mean ?? null,
    statistic: test?.statistic ?? null,
    pValue: test?.pValue ?? null,
    twoSided: test?.twoSided ?? null,
  };
}
