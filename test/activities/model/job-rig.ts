import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import type { JobContext } from '../../../activities/model/units/job-context.js';
import type { CohortBars } from '../../../activities/market/cohort-bars.js';
import type { FeatureTable } from '../../../activities/market/feature-table.js';
import type {
  CohortUnits,
  PriorJob,
  ShardJob,
  StudentJob,
  TrainerJob,
  TrainerProgress,
} from '../../../activities/model/jobs.js';
import type { CohortDates, TrainingConfig } from '../../../data/schemas/training-config.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { readJsonRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import type { UnitManifest } from '../../../data/store/units.js';
import { unitManifestSchema } from '../../../data/store/units.js';
import { HORIZON } from './synthetic-table.js';
import { steadyPace } from './paces.js';

const lineSchema = z.record(z.string(), z.unknown());

export const COHORT: CohortDates = { id: '2020-09-01_to_2021-02-28', start: '2020-09-01', end: '2021-02-28' };
const INGEST: FileRef = { uri: 'models/r/ingest.json', sha256: 'a'.repeat(64), bytes: 1, rows: 1 };

const BARS: CohortBars = { prior: 'b'.repeat(64), forward: 'c'.repeat(64), forwardEnd: '2021-07-01' };

/** A home in a new temporary folder. */
export function newHome(): Home {
  return new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-jobs-')));
}

export function configOf(runId = 'run_a'): TrainingConfig {
  return {
    runId,
    from: '2020-09-01',
    to: '2021-07-01',
    interval: '1day',
    windowDays: 180,
    label: 'horizon',
    horizon: HORIZON,
    threshold: 0.02,
    entry: 'close',
    seed: 7,
  };
}

/** The context of a job, with a table instead of an ingest; `seen` collects its progress. */
export function contextOf(
  home: Home,
  table: FeatureTable,
  change: Partial<JobContext> = {},
): JobContext & { readonly seen: TrainerProgress[] } {
  const seen: TrainerProgress[] = [];
  return {
    home,
    backend: 'test',
    codeVersion: 'test',
    batchBytes: Infinity,
    loadTable: () => Promise.resolve(table),
    loadBars: () => Promise.reject(new Error('no bars')),
    cohortBars: () => Promise.resolve(BARS),
    progress: (progress) => void seen.push(progress),
    pace: steadyPace(),
    seen,
    ...change,
  };
}

type JobOptions = Partial<Pick<TrainerJob, 'config' | 'cohort' | 'reuse'>>;

export function priorJob(options: JobOptions & Partial<Pick<PriorJob, 'arm'>> = {}): PriorJob {
  return { kind: 'prior', arm: 'real', config: configOf(), cohort: COHORT, ingest: INGEST, ...options };
}

export function shardJob(
  prior: FileRef,
  symbols: readonly string[],
  options: JobOptions & Partial<Pick<ShardJob, 'arm' | 'shard'>> = {},
): ShardJob {
  return {
    kind: 'shard',
    arm: 'real',
    shard: 0,
    config: configOf(),
    cohort: COHORT,
    ingest: INGEST,
    prior,
    symbols,
    ...options,
  };
}

export function studentJob(
  own: CohortUnits,
  options: JobOptions & Partial<Pick<StudentJob, 'arm' | 'earlier'>> = {},
): StudentJob {
  return {
    kind: 'student',
    arm: 'real',
    config: configOf(),
    cohort: COHORT,
    ingest: INGEST,
    own,
    ...options,
  };
}

export function manifestOf(home: Home, ref: FileRef): Promise<UnitManifest> {
  return readJsonRef(home, ref, unitManifestSchema);
}

/** Digest of every output by role. */
export async function digestsOf(home: Home, ref: FileRef): Promise<Record<string, string>> {
  const { outputs } = await manifestOf(home, ref);
  return Object.fromEntries(Object.entries(outputs).map(([role, { sha256 }]) => [role, sha256]));
}

export async function linesOf(home: Home, ref: FileRef): Promise<Record<string, unknown>[]> {
  const { outputs } = await manifestOf(home, ref);
  const text = await readFile(home.absolute(outputs['windows']?.uri ?? ''), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
}
