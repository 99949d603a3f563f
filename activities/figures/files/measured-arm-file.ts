import { z } from 'zod';

import { backtestArmSchema, backtestPathSchema } from '../../../data/schemas/backtest.js';
import { figure, sharpeTestSchema } from '../../../data/schemas/effect-tests.js';
import { examinationSchema } from '../../../data/schemas/examination.js';
import { armFiguresSchema } from '../../../data/schemas/metrics.js';
import { stressEventSchema } from '../../../data/schemas/stress.js';

/* What is known of an arm, as JSON: its readers join it with the other arms. */

const coreSchema = z.strictObject({
  logLoss: figure,
  baselineLogLoss: figure,
  brier: figure,
  baselineBrier: figure,
  auc: figure,
  cohortAuc: figure,
  skill: figure,
  pooledLogLoss: figure,
  pooledSkill: figure,
  ic: figure,
  rankIc: figure,
  netSharpe: figure,
  activePerYear: figure,
});
const tradedSchema = backtestArmSchema.omit({ rankIc: true, neutralRankIc: true });

/** An arm of the validation rows. */
export const measuredArmSchema = z.strictObject({
  rows: z.number(),
  dates: z.array(z.string()),
  core: coreSchema,
  replicates: z.array(coreSchema),
  figures: armFiguresSchema,
});

/** An arm of the forward rows. */
export const forwardMeasuredSchema = measuredArmSchema.extend({
  sharpe: z.strictObject({ net: sharpeTestSchema, active: sharpeTestSchema }),
  traded: tradedSchema.optional(),
});

/** The arm that is examined. */
export const examinedMeasuredSchema = forwardMeasuredSchema.extend({
  examined: examinationSchema.pick({ dieboldMariano: true, symbols: true }),
  events: z.array(stressEventSchema),
  backtest: z.strictObject({
    student: tradedSchema,
    factorSum: tradedSchema.optional(),
    equalWeight: backtestPathSchema,
    tradedValue: backtestPathSchema,
  }),
});
