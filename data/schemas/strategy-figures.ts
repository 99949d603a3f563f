import { z } from 'zod';

/** Figures of the strategy that a score would have led: `strategy` of a model in metrics.json. */
const figure = z.number().nullable();
const count = z.number().int().nonnegative();

const returnsSchema = z.strictObject({
  annualisedReturn: figure,
  volatility: figure,
  sharpe: figure,
  sortino: figure,
  maxDrawdown: figure,
});

/** The holding period of one cohort, chosen before its forward rows. */
export const holdingChoiceSchema = z.strictObject({
  cohort: z.string(),
  /** Bars that a sleeve is held. */
  bars: count,
  chosen: z.enum(['past', 'default', 'label']),
  /** For a person. */
  reason: z.string(),
  /** Dates of the out-of-fold and validation rows that it was chosen on. */
  dates: count,
  /** Net return above equal weight a year of every candidate on those dates. */
  candidates: z.array(z.strictObject({ bars: count, activePerYear: figure })),
});
export type HoldingChoice = z.output<typeof holdingChoiceSchema>;

/** A research figure: cash shorts cannot be held over night on the NSE. */
const longShortSchema = z.strictObject({
  grossPerYear: figure,
  netPerYear: figure,
  /** Of the net result. */
  sharpe: figure,
  costPerYear: figure,
});

export const strategySchema = z.strictObject({
  /** `entry to entry`: sold at the next sleeve's entry price; `label`: the return of the label, where no outcome is known. */
  execution: z.enum(['entry to entry', 'label']),
  /** Share of a date's symbols that is bought. */
  topShare: z.number(),
  holding: z.array(holdingChoiceSchema),
  /** Number of dates on which a sleeve (the holding of one date) was formed. */
  holdings: count,
  /** Holdings that were valued at the close of their last bar, because the next entry price is unknown. */
  soldAtClose: count,
  /** Mean number of symbols in a sleeve. */
  symbolsHeld: figure,
  /** After costs. */
  net: returnsSchema,
  gross: returnsSchema,
  /** All symbols of each date with equal weights, without costs. */
  equalWeight: returnsSchema,
  /** Net return minus that of equal weights, holding by holding. */
  active: z.strictObject({ meanPerYear: figure, grossPerYear: figure, informationRatio: figure }),
  /** Share of the capital that is traded in a year, one way (1 = once). */
  turnoverPerYear: figure,
  /** Costs in a year, as a fraction of the capital. */
  costPerYear: figure,
  /** Costs of one side, in basis points, at which the return above equal weight would be zero. */
  breakEvenBps: figure,
  /** Mean costs of one side that were charged, in basis points. */
  chargedBps: figure,
  /** Capital in rupees with which no order exceeds 5 % of a day's traded value (mean of 60 sessions). */
  capacity: z.strictObject({ median: figure, lowestTenth: figure }),
  longShort: longShortSchema,
});
export type StrategyFigures = z.output<typeof strategySchema>;

/** A rate of the cost table, in force from a date until the next one of the same charge, trade and side. */
export const costRateSchema = z.strictObject({
  charge: z.enum(['brokerage', 'slippage', 'stt', 'exchange', 'sebi', 'gst', 'stampDuty']),
  trade: z.enum(['delivery', 'futures']),
  side: z.enum(['buy', 'sell', 'both']),
  /** First session, ISO; null: before all bars. */
  from: z.string().nullable(),
  /** Basis points of the value traded; of `gst`, the share of brokerage, exchange and SEBI charges. */
  rate: z.number(),
  source: z.string(),
});
export type CostRate = z.output<typeof costRateSchema>;
