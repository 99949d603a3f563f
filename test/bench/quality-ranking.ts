import { rowsByCohort } from '../../activities/figures/cohorts.js';
import type { IndexedMarket } from '../../activities/figures/market-rows.js';
import type { DailySeries } from '../../activities/figures/ranking/daily-series.js';
import { difference, replicateMeans } from '../../activities/figures/ranking/daily-series.js';
import { rankingResult } from '../../activities/figures/ranking/ranking-result.js';
import { rankingTile } from '../../activities/figures/ranking/ranking-tile.js';
import { standardError } from '../../activities/stats/block-bootstrap.js';
import { mean } from '../../activities/stats/moments.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { Difference, Interval } from './quality-figures.js';
import { BOOTSTRAP_SEED } from './quality-figures.js';

/** Mean daily rank IC of what is neutral, with its 95 % interval. */
export interface NeutralIc extends Interval {
  readonly ic: number | null;
}

/** How well one score ranks, at fixed horizons from entry. */
export interface RankingFigures {
  readonly neutral1: NeutralIc;
  readonly neutral5: NeutralIc & {
    /** By cohort whose forward rows these are, in order. */
    readonly tiles: readonly (number | null)[];
  };
  /** Daily rank ICs at 5 bars. */
  readonly daily: Readonly<Record<'raw' | 'neutral', DailySeries>>;
  /** How often each date was drawn, by replicate; the same for all models of the same dates. */
  readonly draws: readonly Int32Array[];
}

/** A model's predictions. */
export interface RankedModel {
  readonly name: string;
  readonly predictions: Predictions;
  /** Whether its bars are those of the placebo. */
  readonly placebo?: boolean;
}

/**
 * Ranking figures of some models and of the simple factors, computed by the pipeline's own validation.
 *
 * @param models The teachers first: the factors are taken on their rows.
 * @param horizon Bars that a label looks ahead.
 */
export function rankingFigures(
  models: readonly RankedModel[],
  market: IndexedMarket,
  horizon: number,
): ReadonlyMap<string, RankingFigures> {
  const rows = models.map(({ predictions }) => rowsByCohort(predictions, () => true));
  const cohorts = [...new Set(rows.flatMap((byCohort) => [...byCohort.keys()]))].sort();
  const tiles = cohorts.map((cohort) =>
    rankingTile(
      {
        cohort,
        market,
        models: models.map(({ name, predictions, placebo = false }, model) => ({
          ...{ name, predictions },
          rows: rows[model]?.get(cohort) ?? [],
          outcomes: placebo ? market.placebo : market,
        })),
      },
      horizon,
    ),
  );
  const { ranking, headline, draws } = rankingResult(tiles, { seed: BOOTSTRAP_SEED });
  return new Map(
    ranking.rows.map(({ name, horizons, byTile }) => {
      const at = (bars: number): NeutralIc => {
        const neutral = horizons.find((one) => one.horizon === bars)?.neutral;
        return {
          ic: neutral?.mean ?? null,
          low: neutral?.low ?? null,
          high: neutral?.high ?? null,
        };
      };
      const ofTiles = byTile.map(
        (tile) => tile.horizons.find((one) => one.horizon === 5)?.neutral.mean ?? null,
      );
      const daily = headline.get(name) ?? { raw: new Float64Array(0), neutral: new Float64Array(0) };
      return [name, { neutral1: at(1), neutral5: { ...at(5), tiles: ofTiles }, daily, draws }];
    }),
  );
}

/**
 * How much greater the mean daily rank IC at 5 bars of one model is than another's on the dates that both have, with
 * the standard error of that difference over the same drawn dates.
 */
export function rankAdvantage(
  model: RankingFigures,
  over: RankingFigures,
  measure: 'raw' | 'neutral',
): Difference {
  const daily = difference(model.daily[measure], over.daily[measure]);
  const average = mean(daily.filter((value) => !Number.isNaN(value)));
  if (average === null) return { difference: null, se: null };
  return {
    difference: average,
    se: model.draws.length === 0 ? null : standardError(replicateMeans(daily, model.draws)),
  };
}
