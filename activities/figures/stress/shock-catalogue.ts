import type { Interval } from '../../../data/schemas/run-choices.js';
import type { ShockId } from '../../../data/schemas/shock-ids.js';
import type { StressShock, StressVerdict } from '../../../data/schemas/stress.js';
import { MISSING_SESSIONS, STALE_SESSIONS } from '../../market/shocks/shock-plan.js';
import type { ShockLimit } from './shock-limits.js';
import { calibrated, reportedOnly, silentWithoutFeed, steadyForOthers } from './shock-limits.js';

/** A shock: what is done, and what the student must still do. */
interface ListedShock {
  /** As a sentence. */
  readonly what: (interval: Interval) => string;
  /** All must hold. */
  readonly limits: readonly ShockLimit[];
  /** Why the limits are what they are. */
  readonly why: string;
}

/** As the shocks are drawn: `five sessions`. */
function sessionsText(count: number): string {
  return count === 1 ? 'one session' : `${NUMBERS.get(count) ?? count} sessions`;
}

const NUMBERS: ReadonlyMap<number, string> = new Map([
  [5, 'five'],
  [10, 'ten'],
]);

/** Declared before any student was stressed; a limit is changed with a reason, never to make a student pass. */
export const SHOCKS: Readonly<Record<ShockId, ListedShock>> = {
  gap: {
    what: () => 'all prices open 10 % lower on a session in the middle and stay there',
    limits: [calibrated(0.1)],
    why: 'the labels that span the gap are lost to everybody; the rows after it must not lose their calibration to one odd return in their features',
  },
  volatility2: {
    what: () => 'log returns lie twice as far from their mean',
    limits: [calibrated(0.1)],
    why: 'the features state the volatility, so probabilities must follow the base rate of wilder bars',
  },
  volatility3: {
    what: () => 'log returns lie three times as far from their mean',
    limits: [calibrated(0.15)],
    why: 'as for twice the volatility, further away from what was trained on',
  },
  missing_feed: {
    what: (interval) => `no symbol has bars in ${sessionsText(MISSING_SESSIONS[interval])} in the middle`,
    limits: [silentWithoutFeed()],
    why: 'no prediction is better than one from bars that are not there',
  },
  stale_prices: {
    what: (interval) =>
      `a tenth of the symbols repeat their last bar with zero volume for ${sessionsText(STALE_SESSIONS[interval])} in the middle`,
    limits: [steadyForOthers(0.02)],
    why: 'a few symbols that stand still must not move what is said of the others',
  },
  sector_out: {
    what: () => 'the symbols of the largest sector have no bars from the middle on',
    limits: [silentWithoutFeed(), steadyForOthers(0.05)],
    why: 'symbols without bars get no prediction; the others are compared with fewer symbols, so they may move more',
  },
  symbols_gone: {
    what: () => 'a tenth of the symbols have no bars in all of these sessions',
    limits: [silentWithoutFeed(), steadyForOthers(0.05)],
    why: 'symbols without bars get no prediction; the others are compared with fewer symbols',
  },
  costs3: {
    what: () => 'the predictions without a shock, traded at three times the listed costs',
    limits: [reportedOnly()],
    why: 'a strategy that trades every horizon is not meant to bear such costs; the loss is there to be seen',
  },
};

/** What the limits of a shock say of its figures. */
export function judgeShock(
  id: ShockId,
  measured: Parameters<ShockLimit['judge']>[0],
): Pick<StressShock, 'limit' | 'why' | 'verdict' | 'because'> {
  const { limits, why } = SHOCKS[id];
  const judged = limits.map((limit) => limit.judge(measured));
  const texts = limits.flatMap(({ text }) => (text === null ? [] : [text]));
  const verdict = WORST_FIRST.find((one) => judged.some((own) => own.verdict === one)) ?? 'not enough data';
  return {
    limit: texts.length === 0 ? null : texts.join('; '),
    why,
    verdict,
    because: judged.map(({ because }) => because).join('; '),
  };
}

const WORST_FIRST: readonly StressVerdict[] = ['fail', 'not enough data', 'pass', 'reported'];
