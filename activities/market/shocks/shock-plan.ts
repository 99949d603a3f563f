import { placesOf } from '../../../data/math/fill-columns.js';
import { randomStream } from '../../../data/random.js';
import type { Interval } from '../../../data/schemas/run-choices.js';
import type { BarShock } from '../../../data/schemas/shock-ids.js';

/** What the places and dates of the shocks follow from: known to whoever has a student's predictions. */
export interface ShockedRows {
  readonly interval: Interval;
  /** Days of the forward rows, ISO, ascending; at least one. */
  readonly sessions: readonly string[];
  /** Symbols of the forward rows, ascending. */
  readonly symbols: readonly string[];
  /** Null where it is unknown. */
  readonly sectorOf: (symbol: string) => string | null;
  readonly seed: number;
}

/** Which bars a shock changes. */
export interface ShockPlan {
  readonly id: BarShock;
  readonly of: 'all' | { readonly symbols: ReadonlySet<string> } | { readonly sector: string };
  /** First and last day, ISO, both inclusive; null: to the end. */
  readonly first: string;
  readonly last: string | null;
}

/** Sessions without any bars. Of 5-minute bars, a whole day is a long outage. */
export const MISSING_SESSIONS: Readonly<Record<Interval, number>> = { '1day': 5, '5minute': 1 };
/** Sessions on which prices stand still. */
export const STALE_SESSIONS: Readonly<Record<Interval, number>> = { '1day': 10, '5minute': 1 };
/** Share of the symbols that stand still, or are gone. */
const HIT_SHARE = 0.1;

/** The shocks that can be made; all but that of a sector need nothing but rows. */
export function planShocks(rows: ShockedRows): ReadonlyMap<BarShock, ShockPlan> {
  const { interval, sessions, symbols, sectorOf } = rows;
  const start = sessions[0] ?? '';
  const middle = Math.floor(sessions.length / 2);
  const day = (at: number): string => sessions[Math.min(at, sessions.length - 1)] ?? start;
  const sector = largestSector(symbols.map(sectorOf));
  const plans: ShockPlan[] = [
    { id: 'gap', of: 'all', first: day(middle), last: null },
    { id: 'volatility2', of: 'all', first: start, last: null },
    { id: 'volatility3', of: 'all', first: start, last: null },
    { id: 'missing_feed', of: 'all', first: day(middle), last: day(middle + MISSING_SESSIONS[interval] - 1) },
    {
      id: 'stale_prices',
      of: { symbols: drawn(rows, 'stale_prices') },
      first: day(middle),
      last: day(middle + STALE_SESSIONS[interval] - 1),
    },
    ...(sector === undefined
      ? []
      : [{ id: 'sector_out', of: { sector }, first: day(middle), last: null } as const]),
    { id: 'symbols_gone', of: { symbols: drawn(rows, 'symbols_gone') }, first: start, last: null },
  ];
  return new Map(plans.map((plan) => [plan.id, plan]));
}

/** Whether a shock changes bars of a symbol. */
export function isHit({ of }: Pick<ShockPlan, 'of'>, symbol: string, sector: string | null): boolean {
  if (of === 'all') return true;
  return 'sector' in of ? of.sector === sector : of.symbols.has(symbol);
}

/** Whether a shock changes bars of a day. @param date ISO; a time of day may follow. */
export function isDuring({ first, last }: Pick<ShockPlan, 'first' | 'last'>, date: string): boolean {
  const day = date.slice(0, first.length);
  return day >= first && (last === null || day <= last);
}

/** The sector with the most symbols, the first by name of those with as many. */
function largestSector(sectors: readonly (string | null)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const sector of sectors) if (sector !== null) counts.set(sector, (counts.get(sector) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, other]) => other - many || (a < b ? -1 : 1))[0]?.[0];
}

/** A tenth of the symbols, at least one. */
function drawn({ symbols, sessions, seed }: ShockedRows, id: BarShock): ReadonlySet<string> {
  const places = randomStream([seed, 'shock', id, sessions[0] ?? '']).shuffle(placesOf(symbols));
  const count = Math.max(1, Math.round(symbols.length * HIT_SHARE));
  return new Set(Array.from(places.subarray(0, count), (place) => symbols[place] ?? ''));
}
