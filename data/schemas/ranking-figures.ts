import { z } from 'zod';

/** Figures of how well a score ranks the symbols of a date: `ranking` of metrics.json. */
const figure = z.number().nullable();
const count = z.number().int().nonnegative();

/** Mean of a daily correlation, with why there is none. */
const dailyMeanSchema = z.strictObject({
  /** Dates that have a value. */
  days: count,
  mean: figure,
  /** Why `mean` is null; null where it is not. */
  reason: z.string().nullable(),
});
export type DailyMean = z.output<typeof dailyMeanSchema>;

/** A rank IC with its uncertainty. */
const rankIcFigureSchema = dailyMeanSchema.extend({
  /** Standard deviation over the dates (ddof 1). */
  deviation: figure,
  /** mean / deviation, not annualised. */
  icir: figure,
  /** 95 % interval and standard error by block bootstrap of dates. */
  low: figure,
  high: figure,
  standardError: figure,
  /** Least IC that these dates would show with 80 % power at 5 %, two-sided: 2.8 standard errors. */
  detectable: figure,
});
export type RankIcFigure = z.output<typeof rankIcFigureSchema>;

const shortIcSchema = z.strictObject({ days: count, mean: figure });

/** Rank ICs of a part of the rows, by horizon. */
const partSchema = z.strictObject({
  /** The cohort whose forward rows these are, the year, or the sector. */
  part: z.string(),
  horizons: z.array(z.strictObject({ horizon: count, raw: shortIcSchema, neutral: shortIcSchema })),
});
export type RankingPart = z.output<typeof partSchema>;

/** One line of the ranking tables: a model's score, or a simple factor in its place. */
const rankingRowSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['model', 'factor']),
  /** Rows with a score. */
  rows: count,
  dates: count,
  /** By horizon, shortest first: read downwards, the decay of the IC. */
  horizons: z.array(
    z.strictObject({
      /** In bars from entry. */
      horizon: count,
      raw: rankIcFigureSchema,
      neutral: rankIcFigureSchema,
    }),
  ),
  /** How long the score lasts, by distance in bars within a cohort. */
  persistence: z.array(
    z.strictObject({
      bars: count,
      /** Rank correlation of the score with itself that many bars before. */
      autocorrelation: dailyMeanSchema,
      /** Share of the top tenth that was not in it that many bars before. */
      turnover: dailyMeanSchema,
    }),
  ),
  /** What the score leans on. */
  exposure: z.strictObject({
    /** Rank correlations of the score. */
    volatility: dailyMeanSchema,
    beta: dailyMeanSchema,
    tradedValue: dailyMeanSchema,
    /** Share of the variance of the score's ranks that lies between sectors. */
    sector: dailyMeanSchema,
    /** The share that a random score would have: (sectors − 1) / (symbols − 1). */
    sectorByChance: figure,
  }),
  byTile: z.array(partSchema),
  byYear: z.array(partSchema),
  /** Among the symbols of one sector, on dates with enough of them. */
  bySector: z.array(partSchema),
});
export type RankingRow = z.output<typeof rankingRowSchema>;

/** `ranking` of metrics.json: models first, then the simple factors on the rows of the teachers. */
export const rankingSchema = z.strictObject({
  /** Fewest symbols of a date for a raw and for a neutral figure. */
  minSymbols: z.strictObject({ raw: count, neutral: count }),
  /** Horizon of the headline figures, in bars. */
  headline: count,
  /** Length of a bootstrap block by horizon, in dates. */
  blocks: z.array(z.strictObject({ horizon: count, dates: count })),
  rows: z.array(rankingRowSchema),
});
export type Ranking = z.output<typeof rankingSchema>;
