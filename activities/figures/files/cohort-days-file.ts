import { z } from 'zod';

import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { CohortDays } from '../cohort-parts.js';
import type { CohortArmDates } from '../common-dates.js';
import { PERSISTENCE_BARS } from '../ranking/score-nature.js';
import { codeTexts, codedTexts, decodeColumns, encodeColumns, float64, textsOf } from './column-bytes.js';

/** What is measured date by date, and the dates of the arms. */
export interface DatedParts {
  readonly days: CohortDays;
  readonly dates: CohortArmDates;
}

const texts = z.array(z.string());
const number = z.number();
const byHorizon = z.array(float64).length(OUTCOME_HORIZONS.length);
const byDistance = z.array(float64).length(PERSISTENCE_BARS.length);

const lineSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['model', 'factor']),
  rows: number,
  dates: number,
  most: z.array(number),
  raw: byHorizon,
  neutral: byHorizon,
  autocorrelation: byDistance,
  turnover: byDistance,
  exposure: z.strictObject({
    volatility: float64,
    beta: float64,
    tradedValue: float64,
    sector: float64,
    sectorByChance: float64,
  }),
  sectors: z.array(
    z.array(z.strictObject({ raw: number, rawDays: number, neutral: number, neutralDays: number })),
  ),
});
const tileSchema = z.strictObject({
  cohort: z.string(),
  dates: texts,
  sectors: texts,
  neutral: z.boolean(),
  lines: z.array(lineSchema),
  symbols: texts,
  exposures: z
    .strictObject({ volatility: float64, beta: float64, tradedValue: float64, sector: codedTexts })
    .optional(),
  factorSum: float64.optional(),
});
const fidelitySchema = z.strictObject({
  cohort: z.string(),
  rows: number,
  kl: number,
  absolute: number,
  agreeing: number,
  dates: number,
  correlations: number,
});
const variantColumns = z.strictObject({ plain: float64, reward: float64, hard: float64 });
const variantsSchema = z.strictObject({
  dates: texts,
  rows: float64,
  logLoss: variantColumns,
  neutral: variantColumns,
});
const datedSchema = z.strictObject({
  days: z.strictObject({
    cohort: z.string(),
    ranking: tileSchema,
    fidelity: fidelitySchema,
    variants: variantsSchema.optional(),
  }),
  dates: z.strictObject({
    forward: z.strictObject({ teacher: texts, placebo: texts, student: texts, studentPlacebo: texts }),
    validation: z.strictObject({ teacher: texts, placebo: texts, student: texts }),
  }),
});

/** The dated parts of a cohort as bytes. */
export function encodeDatedParts({ days, dates }: DatedParts): Uint8Array {
  const { exposures, ...ranking } = days.ranking;
  const coded = exposures && {
    volatility: Float64Array.from(exposures.volatility),
    beta: Float64Array.from(exposures.beta),
    tradedValue: Float64Array.from(exposures.tradedValue),
    sector: codeTexts(exposures.sector),
  };
  return encodeColumns({ days: { ...days, ranking: { ...ranking, exposures: coded } }, dates });
}

/** @throws GurukulError BadSchema when the bytes are something else. */
export function decodeDatedParts(bytes: Uint8Array): DatedParts {
  const { days, dates } = decodeColumns('figures by date', bytes, datedSchema);
  const { exposures, factorSum, ...ranking } = days.ranking;
  return {
    days: {
      ...days,
      variants: days.variants,
      ranking: {
        ...ranking,
        factorSum,
        exposures: exposures && { ...exposures, sector: textsOf(exposures.sector) },
      },
    },
    dates,
  };
}
