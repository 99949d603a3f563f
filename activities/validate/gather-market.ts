import type { Predictions } from '../../data/predictions/prediction.js';
import { decodeExposures, encodeExposures } from '../../data/predictions/exposures.js';
import { decodeFactors, encodeFactors } from '../../data/predictions/factors.js';
import { decodeOutcomes, encodeOutcomes } from '../../data/predictions/outcomes.js';
import { keysOf } from '../../data/predictions/row-keys.js';
import { entryChoice } from '../../data/schemas/label-rule.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import { readRef, writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { heartbeat } from '../heartbeat.js';
import type { MarketRows } from '../figures/market-rows.js';
import { horizonReturns } from '../market/labels/outcomes.js';
import { loadFeatureTable, loadUsedBars } from '../market/load-feature-table.js';
import { placeboSeries } from '../market/placebo.js';
import type { GatheredMarket } from './activities.js';
import { keyedMarket, keyedOutcomes } from './market-rows.js';

/**
 * Writes outcomes, exposures and factors of every symbol and date that anything predicted, and the outcomes on the bars
 * of the placebo: what figures need besides predictions.
 */
export async function gatherMarket(
  home: Home,
  config: RunConfig,
  ingest: FileRef,
  predicted: {
    /** Of the real bars. */
    readonly real: readonly Predictions[];
    readonly placebo: Predictions;
  },
): Promise<GatheredMarket> {
  const training = trainingConfig(config);
  const { runId, interval } = config;
  const keys = keysOf([...predicted.real, predicted.placebo]);
  const put = (file: string, content: Uint8Array, rows: number): Promise<FileRef> =>
    writeRef(home, file, content, rows);
  heartbeat('outcomes');
  const table = await loadFeatureTable(home, ingest, training, 'real');
  const { outcomes, exposures, factors } = keyedMarket(table, keys, interval);
  heartbeat('outcomes of the placebo');
  const placebo = await placeboOutcomes(home, config, ingest, predicted.placebo);
  return {
    outcomes: await put(home.outcomes(runId), encodeOutcomes(outcomes), keys.symbol.length),
    placeboOutcomes: await put(home.placeboOutcomes(runId), encodeOutcomes(placebo), placebo.symbol.length),
    exposures: await put(home.exposures(runId), encodeExposures(exposures), keys.symbol.length),
    factors: await put(home.factors(runId), encodeFactors(factors), keys.symbol.length),
  };
}

/** Reads what {@link gatherMarket} wrote. */
export async function readMarket(home: Home, market: GatheredMarket): Promise<MarketRows> {
  heartbeat('outcomes, exposures, factors');
  return {
    outcomes: await decodeOutcomes(await readRef(home, market.outcomes)),
    exposures: await decodeExposures(await readRef(home, market.exposures)),
    factors: await decodeFactors(await readRef(home, market.factors)),
    placebo: await decodeOutcomes(await readRef(home, market.placeboOutcomes)),
  };
}

async function placeboOutcomes(
  home: Home,
  config: RunConfig,
  ingest: FileRef,
  predicted: Predictions,
): Promise<ReturnType<typeof keyedOutcomes>> {
  const training = trainingConfig(config);
  const { series, slots } = await loadUsedBars(home, ingest, training);
  const wanted = new Set(predicted.symbol);
  const symbols = series
    .filter(({ symbol }) => wanted.has(symbol))
    .map((bars) => {
      const drawn = placeboSeries(bars, training.seed, training);
      const { symbol, time } = drawn;
      const outcomes = horizonReturns(drawn, slots, entryChoice(training), OUTCOME_HORIZONS);
      return { symbol, time, outcomes };
    });
  return keyedOutcomes(symbols, keysOf([predicted]), config.interval);
}
