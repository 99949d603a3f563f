import path from 'node:path';

import { z } from 'zod';

import type { RunRecord } from '../../data/schemas/bundle.js';
import { bundleIngestSchema, runRecordSchema } from '../../data/schemas/bundle.js';
import { coreMetricsSchema, sharpeTestsSchema } from '../../data/schemas/metrics.js';
import { RECOMMENDATIONS } from '../../data/schemas/recommendation.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { readJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { countTrials } from '../../data/telemetry/trial-ledger.js';
import { trialRecord } from '../figures/trial-record.js';
import { trialScope } from '../model/trials.js';

/** What a decision needs of a briefing, in the form of any version. */
const briefingFactsSchema = z.looseObject({
  recommendation: z.enum(RECOMMENDATIONS),
  verdicts: z.array(z.looseObject({ id: z.string(), answer: z.string() })).catch([]),
  forward: z.record(z.string(), z.unknown()).catch({}),
});

/** What a bundle says of itself. */
export interface BundleClaims {
  /** Undefined where the briefing cannot be read. */
  readonly recommendation: (typeof RECOMMENDATIONS)[number] | undefined;
  /** Answers to the questions of a reviewer, by the question's id. */
  readonly gates: Readonly<Record<string, string>>;
  /** Forward figures, by name. */
  readonly figures: Readonly<Record<string, number | null>>;
}

/** Reads the briefing of a bundle. @param folder Its absolute path. */
export async function bundleClaims(folder: string): Promise<BundleClaims> {
  const file = path.join(folder, 'promotion_briefing.json');
  const briefing = await readJson(file, briefingFactsSchema).catch(() => undefined);
  return {
    recommendation: briefing?.recommendation,
    gates: Object.fromEntries((briefing?.verdicts ?? []).map(({ id, answer }) => [id, answer])),
    figures: Object.fromEntries(
      Object.entries(briefing?.forward ?? {}).flatMap(([name, value]) =>
        value === null || typeof value === 'number' ? [[name, value]] : [],
      ),
    ),
  };
}

/** Who made the run of a bundle, as it was declared; null: nobody said so. */
export async function authorOf(folder: string): Promise<string | null> {
  return (await recordOf(folder))?.author ?? null;
}

/**
 * The trials of the home now, on the bars and labels of a bundle, and its Sharpe ratios deflated by them; null where
 * the bundle is of a version whose figures this one cannot read.
 */
export async function trialsNow(home: Home, folder: string): Promise<RunRecord['trials'] | null> {
  const read = async <Schema extends z.ZodType>(name: string, schema: Schema) =>
    readJson(path.join(folder, name), schema).catch(() => undefined);
  const input = runInputSchema.safeParse((await recordOf(folder))?.input);
  const ingest = await read('configs/ingest.json', bundleIngestSchema);
  const tests = await read('stat_tests.json', sharpeTestsSchema);
  const metrics = await read('metrics.json', coreMetricsSchema);
  if (!input.success || ingest === undefined || tests === undefined || metrics === undefined) return null;
  const counted = await countTrials(home, trialScope(input.data, ingest.digest));
  return trialRecord(tests, metrics.options.trials, counted);
}

async function recordOf(folder: string): Promise<RunRecord | undefined> {
  return readJson(path.join(folder, 'run.json'), runRecordSchema).catch(() => undefined);
}
