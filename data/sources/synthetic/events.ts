import { randomStream } from '../../random.js';
import type { CorporateAction } from '../../schemas/corporate-action.js';
import { isoDate } from '../../time/dates.js';

const SPLITS = [
  { priceFactor: 10, kind: 'split 10:1' },
  { priceFactor: 5, kind: 'split 5:1' },
  { priceFactor: 2, kind: 'bonus 1:1' },
  { priceFactor: 1.5, kind: 'bonus 1:2' },
] as const;

/** Share of symbols with a split, with long gaps in trading, and with single missing sessions. */
const SHARE = { split: 0.08, gaps: 0.04, single: 0.12 };
/** Number of sessions at both ends of a series without such events. */
const MARGIN = 60;

/** The split of a symbol, if it has one. @param sessions Day numbers of the symbol's sessions. */
export function splitOf(
  seed: number,
  symbol: string,
  sessions: Int32Array,
): (CorporateAction & { readonly day: number }) | undefined {
  const random = randomStream([seed, 'synthetic', 'split', symbol]);
  if (random.uniform() >= SHARE.split || sessions.length <= 2 * MARGIN) return undefined;
  const split = SPLITS[random.integer(0, SPLITS.length - 1)];
  const day = sessions[random.integer(MARGIN, sessions.length - MARGIN)];
  return split === undefined || day === undefined ? undefined : { ...split, exDate: isoDate(day), day };
}

/**
 * Day numbers of the sessions in which a symbol is not traded. A few symbols have gaps of 5 to 60 sessions, like
 * trade-for-trade shares; some miss one to three single sessions; most miss none.
 */
export function missingSessionsOf(seed: number, symbol: string, sessions: Int32Array): ReadonlySet<number> {
  const random = randomStream([seed, 'synthetic', 'missing', symbol]);
  const missing = new Set<number>();
  const draw = random.uniform();
  if (draw >= SHARE.gaps + SHARE.single || sessions.length <= 3 * MARGIN) return missing;
  const gaps = draw < SHARE.gaps ? random.integer(2, 4) : random.integer(1, 3);
  for (let gap = 0; gap < gaps; gap += 1) {
    const length = draw < SHARE.gaps ? random.integer(5, 60) : 1;
    const first = random.integer(MARGIN, sessions.length - 2 * MARGIN);
    for (const day of sessions.subarray(first, first + length)) missing.add(day);
  }
  return missing;
}
