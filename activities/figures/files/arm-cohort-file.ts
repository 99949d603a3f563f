import { z } from 'zod';

import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import { holdingChoiceSchema } from '../../../data/schemas/strategy-figures.js';
import type { ArmCohort } from '../arm.js';
import {
  codeTexts,
  codedTexts,
  decodeColumns,
  encodeColumns,
  float64,
  int32,
  textsOf,
  uint8,
} from './column-bytes.js';

const sampleSchema = z.strictObject({
  cohort: z.string(),
  rows: z.number(),
  dates: z.array(z.string()),
  symbols: z.array(z.string()),
  date: int32,
  symbol: int32,
  probability: float64,
  score: float64,
  label: uint8,
  forwardReturn: float64,
  baseRate: float64,
  pooledRate: z.number().or(z.nan()),
  hasOutcomes: z.boolean(),
  returns: z.array(float64).length(OUTCOME_HORIZONS.length),
  entryPrice: float64,
  tradedValue: float64,
  entryDate: codedTexts,
});
const armCohortSchema = z.strictObject({ sample: sampleSchema, holding: holdingChoiceSchema });

/** One cohort's part of an arm as bytes. */
export function encodeArmCohort({ sample, holding }: ArmCohort): Uint8Array {
  return encodeColumns({ sample: { ...sample, entryDate: codeTexts(sample.entryDate) }, holding });
}

/** @throws GurukulError BadSchema when the bytes are something else. */
export function decodeArmCohort(bytes: Uint8Array): ArmCohort {
  const { sample, holding } = decodeColumns('part of an arm', bytes, armCohortSchema);
  return { sample: { ...sample, entryDate: textsOf(sample.entryDate).map((text) => text ?? '') }, holding };
}
