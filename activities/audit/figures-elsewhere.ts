import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { z } from 'zod';

import { ERROR_TYPES, GurukulError } from '../../data/errors.js';
import { backtestSchema } from '../../data/schemas/backtest.js';
import { metricsSchema, statTestsSchema } from '../../data/schemas/metrics.js';
import { stressTestsSchema } from '../../data/schemas/stress.js';
import { compiledRoot } from '../../data/store/package-root.js';
import type { Figures } from '../figures/figures.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { recomputeFigures } from './recompute-figures.js';

/** What figures are computed from. */
const INPUTS: readonly string[] = [
  BUNDLE.config,
  BUNDLE.metrics,
  BUNDLE.importance,
  BUNDLE.drift,
  BUNDLE.predictions,
  BUNDLE.placebo,
  BUNDLE.student,
  BUNDLE.variants,
  BUNDLE.outcomes,
  BUNDLE.placeboOutcomes,
  BUNDLE.exposures,
  BUNDLE.factors,
  BUNDLE.choiceReturns,
  BUNDLE.stress,
];

/** Figures of smaller inputs are computed sooner than a thread has started. */
const WORTH_A_THREAD = 1_048_576;

export const figuresAnswer = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    figures: z.strictObject({
      metrics: metricsSchema,
      statTests: statTestsSchema,
      stressTests: stressTestsSchema,
      backtest: backtestSchema,
    }),
  }),
  z.strictObject({
    ok: z.literal(false),
    error: z.strictObject({ type: z.enum(ERROR_TYPES), message: z.string() }),
  }),
]);

/** {@link recomputeFigures}; those of a large bundle in a thread, beside whatever else its verification does. */
export async function figuresElsewhere(files: BundleFiles): Promise<Figures> {
  const inputs = new Map(INPUTS.flatMap((name) => entryOf(files, name)));
  const bytes = [...inputs.values()].reduce((sum, content) => sum + content.byteLength, 0);
  return bytes < WORTH_A_THREAD ? recomputeFigures(files) : inThread(inputs);
}

function entryOf(files: BundleFiles, name: string): [string, Uint8Array][] {
  const content = files.get(name);
  return content === undefined ? [] : [[name, content]];
}

async function inThread(inputs: ReadonlyMap<string, Uint8Array>): Promise<Figures> {
  const thread = new Worker(path.join(compiledRoot, 'activities', 'audit', 'figures-thread.js'), {
    workerData: inputs,
  });
  const said = await new Promise<unknown>((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => {
      reject(new GurukulError('Bug', `the thread that computes figures ended with code ${code}`));
    });
  });
  const answer = figuresAnswer.parse(said);
  if (!answer.ok) throw new GurukulError(answer.error.type, answer.error.message);
  return answer.figures;
}
