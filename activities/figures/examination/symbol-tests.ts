import type { Examination } from '../../../data/schemas/examination.js';
import { datesPerSession, enoughDates } from '../../stats/block-bootstrap.js';
import { dieboldMariano } from '../../stats/diebold-mariano.js';
import { adjustedPValues } from '../../stats/false-discoveries.js';
import { BASE_RATE_FLOOR, rowLogLoss } from '../../stats/log-loss.js';
import type { PreparedArm } from '../arm.js';
import type { Sample } from '../sample.js';

/** Expected share of false rejections. */
const LEVEL = 0.1;

/**
 * Symbols whose log-loss is below that of their windows' base rates. A bootstrap of 500 draws has no p-value below
 * 1/501, which no adjustment for a hundred symbols would leave significant: each symbol has a Diebold–Mariano test.
 * Symbols with too few dates for an interval are not tested.
 */
export function symbolTests({ sample, horizon }: PreparedArm): Examination['symbols'] {
  const perSession = datesPerSession(sample.dates);
  const pValues = lossesBySymbol(sample).flatMap((differences) => {
    const test = enoughDates(differences.length, horizon, perSession)
      ? dieboldMariano(differences, horizon)
      : null;
    return test === null ? [] : [test.pValue];
  });
  const adjusted = adjustedPValues(Float64Array.from(pValues));
  return {
    symbols: sample.symbols.length,
    tested: adjusted.length,
    level: LEVEL,
    rejected: adjusted.filter((value) => value <= LEVEL).length,
    smallest: adjusted.length === 0 ? null : Math.min(...adjusted),
  };
}

/**
 * Loss of the base rate minus that of the model, by symbol and date: the mean where several windows predict a symbol on
 * a date. Rows are sorted by date and symbol.
 */
function lossesBySymbol(sample: Sample): number[][] {
  const bySymbol = sample.symbols.map((): number[] => []);
  for (let start = 0; start < sample.rows;) {
    const [date, symbol] = [sample.date[start], sample.symbol[start]];
    let [end, sum] = [start, 0];
    for (; end < sample.rows && sample.date[end] === date && sample.symbol[end] === symbol; end += 1) {
      const label = sample.label[end] ?? NaN;
      sum +=
        rowLogLoss(sample.baseRate[end] ?? NaN, label, BASE_RATE_FLOOR) -
        rowLogLoss(sample.probability[end] ?? NaN, label);
    }
    bySymbol[symbol ?? -1]?.push(sum / (end - start));
    start = end;
  }
  return bySymbol;
}
