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

/** All charges of buying or selling on a date, as a fraction of the value traded. */
export function costOf(trade: Trade, side: Side, date: string): number {
  const { brokerage, slippage, stt, fees, stampDuty } = sideCosts(trade, side, date);
  return (brokerage + slippage + stt + fees + stampDuty) / 10_000;
}

/** The rate in force: the last one that starts no later than the date; 0 where there is none. */
function rateOn(charge: CostRate['charge'], trade: Trade, side: CostRate['side'], date: string): number {
  const day = date.slice(0, 'YYYY-MM-DD'.length);
  return (
    COST_RATES.findLast(
      (rate) =>
        rate.charge === charge &&
        rate.trade === trade &&
        rate.side === side &&
        (rate.from === null || rate.from <= day),
    )?.rate ?? 0
  );
}
