import { encodeExposures } from '../../../data/predictions/exposures.js';
import { encodeFactors } from '../../../data/predictions/factors.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { OutcomeRows } from '../../../data/predictions/outcomes.js';
import { encodeOutcomes } from '../../../data/predictions/outcomes.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { keysOf } from '../../../data/predictions/row-keys.js';
import { randomStream } from '../../../data/random.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { writeRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import { addDays } from '../../../data/time/dates.js';
import type { GatheredMarket } from '../../../activities/validate/activities.js';

const SECTORS = ['Energy', 'Financial Services', 'Information Technology', null] as const;
const FACTORS = ['reversal1', 'reversal5', 'sectorReversal', 'momentum', 'lowVolatility', 'factorSum'];

/** Writes a market that agrees with predictions of labels over `horizon` bars from the next open. */
export async function fixtureMarket(
  home: Home,
  runId: string,
  teacher: Predictions,
  placebo: Predictions,
  horizon: number,
): Promise<GatheredMarket> {
  const random = randomStream([1, 'fixture', 'market']);
  const keys = keysOf([teacher, placebo]);
  const place = new Map([...new Set(keys.symbol)].map((symbol, at) => [symbol, at]));
  const all = (value: (at: number) => number): number[] =>
    keys.symbol.map((symbol) => value(place.get(symbol) ?? 0));
  const rows = keys.symbol.length;
  const put = (file: string, content: Uint8Array): Promise<FileRef> => writeRef(home, file, content, rows);
  return {
    outcomes: await put(home.outcomes(runId), encodeOutcomes(outcomesOf(teacher, keys, horizon))),
    placeboOutcomes: await put(
      home.placeboOutcomes(runId),
      encodeOutcomes(outcomesOf(placebo, keysOf([placebo]), horizon)),
    ),
    exposures: await put(
      home.exposures(runId),
      encodeExposures({
        ...keys,
        volatility: all((at) => 0.01 + 0.001 * at + 0.001 * random.uniform()),
        beta: all((at) => (at === 1 ? NaN : 0.5 + random.uniform())),
        tradedValue: all((at) => 1e8 * (1 + at) * (1 + random.uniform())),
        sector: keys.symbol.map((symbol) => SECTORS[(place.get(symbol) ?? 0) % SECTORS.length] ?? null),
      }),
    ),
    factors: await put(
      home.factors(runId),
      encodeFactors({
        ...keys,
        names: FACTORS,
        values: FACTORS.map((name, at) =>
          keys.symbol.map((_, row) =>
            name === 'momentum' && row % 9 === 0 ? NaN : random.normal() / (at + 1),
          ),
        ),
      }),
    ),
  };
}

/**
 * The label's horizon has its return, and the entry prices give it too: each is `horizon` bars later what the return
 * made of it. Other horizons have that of the prices, or a drawn one where there are none.
 */
function outcomesOf(
  { symbol, date, forwardReturn }: Predictions,
  keys: Pick<OutcomeRows, 'symbol' | 'date'>,
  horizon: number,
): OutcomeRows {
  const random = randomStream([1, 'fixture', 'outcomes']);
  const known = new Map(symbol.map((name, row) => [`${name} ${date[row] ?? ''}`, forwardReturn[row] ?? NaN]));
  const label = keys.symbol.map((name, row) => known.get(`${name} ${keys.date[row] ?? ''}`) ?? 0);
  const days = [...new Set(keys.date)];
  const next = new Map(days.map((day, at) => [day, days[at + 1] ?? addDays(day, 1)]));
  const paths = new Map<string, number[]>();
  const places = keys.symbol.map((name, row) => {
    const path = paths.get(name) ?? Array.from({ length: horizon }, () => 100);
    paths.set(name, path);
    const at = path.length - horizon;
    path.push((path[at] ?? NaN) * (1 + (label[row] ?? 0)));
    return { path, at };
  });
  return {
    symbol: [...keys.symbol],
    date: [...keys.date],
    entryDate: keys.date.map((day) => next.get(day) ?? ''),
    entryPrice: places.map(({ path, at }) => path[at] ?? NaN),
    returns: OUTCOME_HORIZONS.map((bars) =>
      label.map((value, row) => {
        if (bars === horizon) return value;
        const { path, at } = places[row] ?? { path: [], at: 0 };
        const later = (path[at + bars] ?? NaN) / (path[at] ?? NaN) - 1;
        return bars < horizon ? 0.3 * value + 0.02 * random.normal() : later;
      }),
    ),
  };
}
