import type { CostRate } from '../../../data/schemas/strategy-figures.js';

const ASSUMED = 'assumption for liquid large companies';
const STAMP_ACT = 'Finance Act 2019, amending the Indian Stamp Act 1899, in force from 2020-07-01';

type Validity = readonly (readonly [from: string | null, rate: number, source: string])[];

/** One charge with its rates over time. */
function charge(
  name: CostRate['charge'],
  trade: CostRate['trade'],
  side: CostRate['side'],
  validity: Validity,
): CostRate[] {
  return validity.map(([from, rate, source]) => ({ charge: name, trade, side, from, rate, source }));
}

/**
 * What trades on the NSE cost, by kind and date. Rates are in basis points of the value traded (1 % is 100), GST as a
 * share of what it is charged on. Charges of the depository and others of a fixed amount are left out: they depend
 * on the size of an order. Not checked after 2025.
 */
export const COST_RATES: readonly CostRate[] = [
  ...charge('brokerage', 'delivery', 'both', [[null, 3, ASSUMED]]),
  ...charge('slippage', 'delivery', 'both', [[null, 5, ASSUMED]]),
  ...charge('stt', 'delivery', 'both', [
    [null, 10, 'Finance Act 2012 and 2013: 0.1 % on each side of a delivery'],
  ]),
  ...charge('exchange', 'delivery', 'both', [
    [null, 0.325, 'NSE transaction charge, highest slab: Rs 325 a crore'],
    ['2021-01-01', 0.345, 'NSE: raised by 6 % from 2021-01-01'],
    ['2023-04-01', 0.335, 'NSE: rise of 2021 withdrawn, Rs 10 a crore for the investor protection fund'],
    ['2024-10-01', 0.297, 'NSE circular of 2024-09-27: Rs 2.97 a lakh for all members'],
  ]),
  ...charge('sebi', 'delivery', 'both', [[null, 0.01, 'SEBI turnover fee: Rs 10 a crore']]),
  ...charge('gst', 'delivery', 'both', [[null, 0.18, 'GST of 18 % on brokerage, exchange and SEBI charges']]),
  ...charge('stampDuty', 'delivery', 'both', [
    [null, 1, 'rate of Maharashtra before 2020-07-01, 0.01 % on each side; other states had their own'],
    ['2020-07-01', 0, STAMP_ACT],
  ]),
  ...charge('stampDuty', 'delivery', 'buy', [
    [null, 0, 'see both sides'],
    ['2020-07-01', 1.5, STAMP_ACT],
  ]),
  ...charge('brokerage', 'futures', 'both', [[null, 3, ASSUMED]]),
  ...charge('slippage', 'futures', 'both', [[null, 5, ASSUMED]]),
  ...charge('stt', 'futures', 'sell', [
    [null, 1, 'Finance Act 2013: 0.01 % on selling'],
    ['2023-04-01', 1.25, 'Finance Act 2023: 0.0125 % on selling'],
    ['2024-10-01', 2, 'Finance (No. 2) Act 2024: 0.02 % on selling'],
  ]),
  ...charge('exchange', 'futures', 'both', [
    [null, 0.19, 'NSE transaction charge, highest slab: Rs 190 a crore'],
    ['2021-01-01', 0.2, 'NSE: raised by 6 % from 2021-01-01'],
    ['2023-04-01', 0.2, 'NSE: rise of 2021 withdrawn, Rs 10 a crore for the investor protection fund'],
    ['2024-10-01', 0.173, 'NSE circular of 2024-09-27: Rs 1.73 a lakh for all members'],
  ]),
  ...charge('sebi', 'futures', 'both', [[null, 0.01, 'SEBI turnover fee: Rs 10 a crore']]),
  ...charge('gst', 'futures', 'both', [[null, 0.18, 'GST of 18 % on brokerage, exchange and SEBI charges']]),
  ...charge('stampDuty', 'futures', 'buy', [
    [null, 0.2, 'taken as the rate from 2020-07-01'],
    ['2020-07-01', 0.2, STAMP_ACT],
  ]),
];
