import { doublesOf, integersOf } from '../../../data/math/fill-columns.js';
import type { Examination } from '../../../data/schemas/examination.js';
import { superiorAbility } from '../../stats/superior-ability.js';
import type { DailySeries } from '../ranking/daily-series.js';
import type { RankingResult } from '../ranking/ranking-result.js';

/** A factor that is unknown on more than this share of the model's dates is left out, so as not to lose the dates. */
const MAX_UNKNOWN = 0.5;

/**
 * Whether any simple factor ranks better than a model, by daily neutral rank IC at the headline horizon on the dates
 * that all of them have: Hansen's test with the model as the benchmark and the factors as alternatives, on the dates
 * that the ranking figures draw. A small p-value speaks against the model.
 *
 * @param line Name of the model's line.
 */
export function factorTest(
  { ranking, dates, headline, draws }: Pick<RankingResult, 'ranking' | 'dates' | 'headline' | 'draws'>,
  line: string,
): Examination['spa'] {
  const seriesOf = (name: string): DailySeries =>
    headline.get(name)?.neutral ?? new Float64Array(dates.length).fill(NaN);
  const model = seriesOf(line);
  const isKnown = (series: DailySeries, day: number): boolean => !Number.isNaN(series[day] ?? NaN);
  const days = [...dates.keys()].filter((day) => isKnown(model, day));
  const factors = ranking.rows
    .filter(({ kind }) => kind === 'factor')
    .map(({ name }) => ({ name, series: seriesOf(name) }))
    .filter(({ series }) => days.filter((day) => !isKnown(series, day)).length < MAX_UNKNOWN * days.length);
  const common = days.filter((day) => factors.every(({ series }) => isKnown(series, day)));
  const test = superiorAbility(
    factors.map(({ series }) => doublesOf(common, (day) => (series[day] ?? NaN) - (model[day] ?? NaN))),
    draws.map((weight) => integersOf(common, (day) => weight[day] ?? 0)),
  );
  return {
    factors: factors.map(({ name }) => name),
    best: test === null ? null : (factors[test.best]?.name ?? null),
    dates: factors.length === 0 ? 0 : common.length,
    replicates: test === null ? 0 : draws.length,
    statistic: test?.statistic ?? null,
    lower: test?.lower ?? null,
    consistent: test?.consistent ?? null,
    upper: test?.upper ?? null,
  };
}
