import { z } from 'zod';

import { backtestSchema } from '../../data/schemas/backtest.js';
import type { FileEntry } from '../../data/schemas/bundle.js';
import { metricsSchema, statTestsSchema } from '../../data/schemas/metrics.js';
import { stressTestsSchema } from '../../data/schemas/stress.js';
import type { Figures } from '../figures/figures.js';
import { BUNDLE } from './bundle-layout.js';
import { askProcess, isWorthAProcess } from './own-process.js';
import type { ReadBundle } from './read-bundle.js';
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

const figuresSchema = z.strictObject({
  metrics: metricsSchema,
  statTests: statTestsSchema,
  stressTests: stressTestsSchema,
  backtest: backtestSchema,
});

/**
 * {@link recomputeFigures}; those of a large bundle in a process of their own, beside whatever else its verification
 * does.
 */
export async function figuresElsewhere(bundle: ReadBundle): Promise<Figures> {
  return isWorthAProcess(inputsOf(bundle)) ? figuresInProcess(bundle) : recomputeFigures(bundle.covered);
}

/** The figures of a bundle, computed by a process that reads the same files. */
export async function figuresInProcess(bundle: Pick<ReadBundle, 'folder' | 'manifest'>): Promise<Figures> {
  const question = { folder: bundle.folder, entries: inputsOf(bundle) };
  return askProcess('figures-process.js', question, figuresSchema);
}

function inputsOf({ manifest }: Pick<ReadBundle, 'manifest'>): readonly FileEntry[] {
  return manifest.covered.filter(({ path }) => INPUTS.includes(path));
}
