import { randomStream } from '../../random.js';

/** Daily log returns that symbols share, one per session. */
export interface Market {
  readonly market: Float64Array;
  /** The returns of an industry. Each industry has its own random stream. */
  sector(name: string): Float64Array;
}

interface Regime {
  /** Mean daily log return. */
  readonly drift: number;
  /** Daily standard deviation. */
  readonly deviation: number;
  /** Mean length in sessions. */
  readonly length: number;
}

/** Sideways, bull and bear market. The next regime is one of the other two, with equal probability. */
const REGIMES: readonly Regime[] = [
  { drift: 0.0004, deviation: 0.006, length: 110 },
  { drift: 0.001, deviation: 0.008, length: 80 },
  { drift: -0.0012, deviation: 0.014, length: 35 },
];

/** Daily standard deviation of the return of a sector. */
const SECTOR_DEVIATION = 0.004;

/** The common factors of the synthetic market. @param sessions Number of days. */
export function syntheticMarket(seed: number, sessions: number): Market {
  const sectors = new Map<string, Float64Array>();
  return {
    market: marketReturns(seed, sessions),
    sector: (name) => {
      const known = sectors.get(name);
      if (known !== undefined) return known;
      const random = randomStream([seed, 'synthetic', 'sector', name]);
      const returns = new Float64Array(sessions).map(() => SECTOR_DEVIATION * random.normal());
      sectors.set(name, returns);
      return returns;
    },
  };
}

function marketReturns(seed: number, sessions: number): Float64Array {
  const random = randomStream([seed, 'synthetic', 'market']);
  let regime = random.integer(0, REGIMES.length - 1);
  return new Float64Array(sessions).map(() => {
    const { drift, deviation, length } = REGIMES[regime] ?? { drift: 0, deviation: 0, length: 1 };
    const change = drift + deviation * random.normal();
    if (random.uniform() < 1 / length)
      regime = (regime + random.integer(1, REGIMES.length - 1)) % REGIMES.length;
    return change;
  });
}
