import type { AccuracyFigure } from '../../../data/schemas/accuracy-test.js';
import type { Examination } from '../../../data/schemas/examination.js';
import { accuracyFigure } from '../accuracy-figure.js';
import type { PreparedArm } from '../arm.js';

/** Diebold–Mariano tests of the log-loss by date, against both base rates. */
export function accuracyTests({ byDate, horizon }: PreparedArm): Examination['dieboldMariano'] {
  const against = (other: Float64Array): AccuracyFigure =>
    accuracyFigure(other, byDate.logLoss, byDate.rows, horizon);
  return { baseRate: against(byDate.baselineLogLoss), pooledRate: against(byDate.pooledLogLoss) };
}
