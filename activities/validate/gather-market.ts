import { decodeExposures, encodeExposures } from '../../data/predictions/exposures.js';
import { decodeFactors, encodeFactors } from '../../data/predictions/factors.js';
import type { KeySet } from '../../data/predictions/key-set.js';
import { decodeOutcomes, encodeOutcomes } from '../../data/predictions/outcomes.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import { readRef, writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { heartbeat } from '../heartbeat.js';
import type { MarketRows } from '../figures/market-rows.js';
import type { GatheredMarket } from './activities.js';
import type { LoadTable } from './load-table.js';
import { keyedMarket, keyedOutcomes } from './market-rows.js';

/** What was predicted, on real bars or any, and on those of the placebo. */
export interface PredictedKeys {
  readonly all: KeySet;
  readonly placebo: KeySet;
}

/**
 * Writes outcomes, exposures and factors of all predicted rows, and the outcomes on the bars of the placebo: a file with a
 * row for each symbol and date.
 */
export async function gatherMarket(
  home: Home,
  config: RunConfig,
  ingest: FileRef,
  { all, placebo }: PredictedKeys,
  loadTable: LoadTable,
): Promise<GatheredMarket> {
  const { runId, interval } = config;
  const of = { ingest, config: trainingConfig(config) };
  const put = (file: string, content: Uint8Array, { symbol }: { readonly symbol: unknown[] }) =>
    writeRef(home, file, content, symbol.length);
  heartbeat('outcomes');
  const { outcomes, exposures, factors } = keyedMarket(await loadTable(of, 'real'), all.keys(), interval);
  const real = {
    outcomes: await put(home.outcomes(runId), encodeOutcomes(outcomes), outcomes),
    exposures: await put(home.exposures(runId), encodeExposures(exposures), exposures),
    factors: await put(home.factors(runId), encodeFactors(factors), factors),
  };
  heartbeat('outcomes of the placebo');
  const { symbols } = await loadTable(of, 'placebo');
  const drawn = keyedOutcomes(symbols, placebo.keys(), interval);
  return { ...real, placeboOutcomes: await put(home.placeboOutcomes(runId), encodeOutcomes(drawn), drawn) };
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
