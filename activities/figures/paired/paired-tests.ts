import type { EffectTest, PairedTests } from '../../../data/schemas/effect-tests.js';
import { seriesTest, testOf } from '../effect-test.js';
import { difference } from '../ranking/daily-series.js';
import { HEADLINE_HORIZON } from '../ranking/ranking-result.js';
import type { DateDraws } from '../date-draws.js';
import { drawsOf } from '../date-draws.js';
import type { PairedDays } from './paired-days.js';

export const LOSS_UNIT = 'log-loss below that of the other, nats per row';
export const NEUTRAL_UNIT = `daily neutral rank IC at ${HEADLINE_HORIZON} bars minus that of the other`;

/** What the claims of a comparison are about. */
export interface Compared<Name extends string> {
  readonly better: Name;
  readonly other: Name;
  /** The subject and the object of its claims, such as "The student of soft labels". */
  readonly subject: string;
  readonly object: string;
}

/** The draws of both figures. */
export interface PairedDraws {
  readonly logLoss: DateDraws;
  readonly neutral: DateDraws;
}

/** Whether one model is better than another on the same rows. @param days Undefined: nothing is known. */
export function pairedTests<Name extends string>(
  { better, other, subject, object }: Compared<Name>,
  days: PairedDays<Name> | undefined,
  draws: PairedDraws,
): PairedTests {
  const claims = {
    logLoss: `${subject} has a lower log-loss than ${object}`,
    neutral: `${subject} ranks better than ${object}, both neutral`,
  };
  if (days === undefined) {
    const none = { rows: 0, dates: 0 };
    return {
      logLoss: testOf(claims.logLoss, LOSS_UNIT, null, [], none),
      neutral: testOf(claims.neutral, NEUTRAL_UNIT, null, [], none),
    };
  }
  const { dates, rows, logLoss, neutral } = days;
  const gains = logLoss[other].map((loss, day) => loss - (logLoss[better][day] ?? NaN));
  return {
    logLoss: meanPerRow(claims.logLoss, gains, rows, drawsOf(draws.logLoss, dates)),
    neutral: seriesTest(
      claims.neutral,
      NEUTRAL_UNIT,
      difference(neutral[better], neutral[other]),
      sum(rows),
      drawsOf(draws.neutral, dates),
    ),
  };
}

/** A test that the mean over all rows is above zero. @param sums By date. */
function meanPerRow(
  claim: string,
  sums: Float64Array,
  rows: Float64Array,
  draws: readonly Int32Array[],
): EffectTest {
  const per = (weight?: Int32Array): number | null => {
    let [total, count] = [0, 0];
    for (let day = 0; day < sums.length; day += 1) {
      const times = weight === undefined ? 1 : (weight[day] ?? 0);
      total += (sums[day] ?? 0) * times;
      count += (rows[day] ?? 0) * times;
    }
    return count === 0 ? null : total / count;
  };
  return testOf(claim, LOSS_UNIT, per(), draws.map(per), { rows: sum(rows), dates: sums.length });
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
