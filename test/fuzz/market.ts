import type { Random } from '../../data/random.js';
import type { Action, Bar, Kind } from './bar.js';
import { DAY, chance, dayOf, oneOf } from './bar.js';
import type { Sessions } from './sessions.js';

/** The true bars of a symbol. */
export interface TrueSymbol {
  /** As traded, with prices of full precision; ascending. */
  readonly bars: readonly Bar[];
  readonly actions: readonly Action[];
  /** Whether some action is so small, or so close to a gap, that bars may not tell it. */
  readonly unclear: boolean;
}

/** Splits, bonuses, demergers and rights; the last ones are within what a share moves in a night. */
const FACTORS = [2, 5, 10, 1.5, 3, 4, 1.25, 4 / 3, 0.5, 1.1, 1.05];
const CLEAR_FACTOR = 1.24;
/** Deviation of a share's moves over night and by day. */
const OVERNIGHT = 0.006;
const BY_DAY = 0.011;
/** Sessions at the end that no gap touches, so that the last one counts as complete. */
const WHOLE_END = 12;
/** Share of the sessions that may be missing: a series that lacks half of them is stopped. */
const MAX_MISSING = 0.35;

export interface SymbolOptions {
  readonly kind: Kind;
  /** At most one of the symbols ends before the others: their last session is that of the run. */
  readonly mayEndEarly: boolean;
}

/** Draws a symbol that trades in some of these sessions: listed late or ending early, with gaps. */
export function drawSymbol(
  random: Random,
  sessions: Sessions,
  days: readonly number[],
  options: SymbolOptions,
): TrueSymbol {
  const { kind } = options;
  const traded = tradedDays(random, days, options);
  const actions = drawActions(random, days, traded);
  const bars: Bar[] = [];
  let price = oneOf(random, [40, 150, 700, 2900]) * (0.7 + random.uniform());
  let usualVolume = oneOf(random, [20_000, 400_000, 6_000_000]);
  for (const [index, day] of traded.entries()) {
    price *= 1 + OVERNIGHT * random.normal() * (index === 0 ? 0 : 1);
    const before = traded[index - 1] ?? day;
    for (const action of actions)
      if (before < action.day && action.day <= day) {
        price /= action.factor;
        usualVolume *= action.factor;
      }
    const starts = kind === '1day' ? [0] : sessions.starts(day, kind === '5minute' ? 5 : 1);
    const share = 1 / starts.length;
    const whole = index >= traded.length - 2;
    const missing = kind === '1day' || whole || !chance(random, 0.5) ? 0 : 0.04;
    for (const start of starts) {
      // Without its last bar, a session does not tell whether bars are stamped with their start or their end.
      if (missing > 0 && chance(random, missing) && start !== starts.at(-1)) continue;
      const bar = drawBar(random, day * DAY + start, price, BY_DAY * Math.sqrt(share), usualVolume * share);
      bars.push(bar);
      price = bar.close;
    }
  }
  const unclear = actions.some(
    ({ day, factor }) =>
      Math.max(factor, 1 / factor) < CLEAR_FACTOR ||
      (traded.some((one) => one < day) && isInGap(days, traded, day)),
  );
  return { bars, actions, unclear };
}

function drawBar(random: Random, time: number, open: number, deviation: number, usualVolume: number): Bar {
  const close = open * (1 + deviation * random.normal());
  const reach = (): number => deviation * 0.6 * Math.abs(random.normal());
  return {
    time,
    open,
    high: Math.max(open, close) * (1 + reach()),
    low: Math.min(open, close) * (1 - Math.min(reach(), 0.5)),
    close,
    volume: Math.round(usualVolume * (0.4 + 1.2 * random.uniform())) + 1,
  };
}

function tradedDays(random: Random, days: readonly number[], { kind, mayEndEarly }: SymbolOptions): number[] {
  const late = chance(random, 0.25) ? random.integer(1, Math.floor(days.length / 3)) : 0;
  const early = mayEndEarly && chance(random, 0.4) && days.length > 60 ? random.integer(WHOLE_END, 20) : 0;
  const traded = days.slice(late, days.length - early);
  const missing = new Set<number>();
  const gaps = kind === '1day' ? random.integer(0, 4) : random.integer(0, 1);
  for (let gap = 0; gap < gaps; gap += 1) {
    const at = random.integer(1, traded.length - 2);
    const length = chance(random, 0.1) ? random.integer(9, 25) : random.integer(1, 4);
    if (missing.size + length > MAX_MISSING * traded.length) break;
    for (let one = at; one < at + length && one < traded.length - WHOLE_END; one += 1)
      missing.add(traded[one] ?? 0);
  }
  return traded.filter((day) => !missing.has(day));
}

function drawActions(random: Random, days: readonly number[], traded: readonly number[]): Action[] {
  const actions: Action[] = [];
  const count = oneOf(random, [0, 0, 0, 1, 1, 2]);
  while (actions.length < count) {
    const day = oneOf(random, days);
    if (actions.some((other) => Math.abs(other.day - day) < 15)) return actions;
    if (!traded.includes(day) && chance(random, 0.7)) continue;
    actions.push({ day, factor: oneOf(random, FACTORS) });
  }
  return actions;
}

/** Whether the session before the ex-date, or the ex-date itself, has no bar. */
function isInGap(days: readonly number[], traded: readonly number[], day: number): boolean {
  const at = days.indexOf(day);
  return !traded.includes(day) || !traded.includes(days[at - 1] ?? NaN);
}

/** The days of some bars. */
export function daysWithBars(bars: readonly Pick<Bar, 'time'>[]): ReadonlySet<number> {
  return new Set(bars.map(({ time }) => dayOf(time)));
}
