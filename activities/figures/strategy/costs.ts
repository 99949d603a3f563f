import type { CostRate } from '../../../data/schemas/strategy-figures.js';
import { COST_RATES } from './cost-rates.js';

type Trade = CostRate['trade'];
type Side = 'buy' | 'sell';

/** Charges of one side of a trade, in basis points of the value traded. */
export interface SideCosts {
  readonly brokerage: number;
  readonly slippage: number;
  readonly stt: number;
  /** Exchange and SEBI charges, with GST on them and on the brokerage. */
  readonly fees: number;
  readonly stampDuty: number;
}

/** Charges of buying or selling on a date. @param date ISO; a time of day may follow. */
export function sideCosts(trade: Trade, side: Side, date: string): SideCosts {
  return periodOn(trade, side, date).costs;
}

/** All charges of buying or selling on a date, as a fraction of the value traded. */
export function costOf(trade: Trade, side: Side, date: string): number {
  return periodOn(trade, side, date).total;
}

/** Dates between two changes of any rate: a strategy asks for the charges of every date that it trades on. */
interface Period {
  /** Null: from the beginning. */
  readonly from: string | null;
  readonly costs: SideCosts;
  readonly total: number;
}

const periods = new Map<string, readonly Period[]>();

function periodOn(trade: Trade, side: Side, date: string): Period {
  const key = `${trade} ${side}`;
  const own = periods.get(key) ?? periodsOf(trade, side);
  periods.set(key, own);
  const found = own.findLast(({ from }) => from === null || from <= date);
  if (found === undefined) throw new RangeError(`no rates of ${key} on ${date}`);
  return found;
}

function periodsOf(trade: Trade, side: Side): Period[] {
  const starts = COST_RATES.flatMap(({ from }) => (from === null ? [] : [from]));
  return [null, ...[...new Set(starts)].sort()].map((from) => {
    const costs = costsOn(trade, side, from ?? '');
    const { brokerage, slippage, stt, fees, stampDuty } = costs;
    return { from, costs, total: (brokerage + slippage + stt + fees + stampDuty) / 10_000 };
  });
}

function costsOn(trade: Trade, side: Side, date: string): SideCosts {
  const rate = (charge: CostRate['charge']): number =>
    rateOn(charge, trade, side, date) + rateOn(charge, trade, 'both', date);
  const taxed = rate('exchange') + rate('sebi');
  return {
    brokerage: rate('brokerage'),
    slippage: rate('slippage'),
    stt: rate('stt'),
    fees: taxed + rate('gst') * (taxed + rate('brokerage')),
    stampDuty: rate('stampDuty'),
  };
}

/** The rate in force: the last one that starts no later than the date; 0 where there is none. */
function rateOn(charge: CostRate['charge'], trade: Trade, side: CostRate['side'], date: string): number {
  return (
    COST_RATES.findLast(
      (rate) =>
        rate.charge === charge &&
        rate.trade === trade &&
        rate.side === side &&
        (rate.from === null || rate.from <= date),
    )?.rate ?? 0
  );
}
