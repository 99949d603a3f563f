import path from 'node:path';

import { heartbeat } from '@temporalio/activity';
import { z } from 'zod';

import { GurukulError } from '../../data/errors.js';
import type { BundleIngest, FileEntry, TeacherLine } from '../../data/schemas/bundle.js';
import { bundleConfigSchema, teacherLineSchema } from '../../data/schemas/bundle.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { IngestManifest, SeriesRecord } from '../../data/schemas/ingest.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import type { Plan } from '../../data/schemas/plan.js';
import { planSchema, windowLabel } from '../../data/schemas/plan.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { canonicalJson } from '../../data/store/digests.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { lossOf, readLostShards } from '../../data/store/lost-shards.js';
import type { UnitManifest } from '../../data/store/units.js';
import { unitManifestSchema } from '../../data/store/units.js';
import type { AuditRequest } from './activities.js';
import { BUNDLE, bundleJson } from './bundle-layout.js';

/** Roles of unit files that are not copied: the bundle has them merged. */
const MERGED_ROLES = new Set(['predictions', 'importance']);

const COHORT_ID = /^\d{4}-\d{2}-\d{2}_to_\d{4}-\d{2}-\d{2}$/;

/** Files of a bundle that come from the run's results. */
export interface Sources {
  readonly files: Map<string, Uint8Array>;
  /** Ids of the tensor backends that trained the models, sorted. */
  readonly backends: readonly string[];
  /** The same for each cohort. */
  readonly cohortBackends: Readonly<Record<string, readonly string[]>>;
}

/**
 * Gathers a run's results for its bundle. They contain no run id, time, path or shard, so that two runs of the same
 * input give the same files.
 */
export async function collectSources(home: Home, request: AuditRequest): Promise<Sources> {
  const { config, plan, ingest, index, integrity, metrics, statTests, stressTests } = request;
  const units = await readJsonRef(home, index, teachIndexSchema);
  const priors = await readUnits(home, units.priors);
  const real = await readUnits(home, units.real);
  const placebo = await readUnits(home, units.placebo);
  const students = await readUnits(home, units.students);
  const manifest = await readJsonRef(home, ingest, ingestManifestSchema);
  const planned = await readJsonRef(home, plan, planSchema);
  const files = new Map<string, Uint8Array>([
    [
      BUNDLE.config,
      // Without the folder of a universe file; its symbols are in the plan.
      bundleJson(bundleConfigSchema.parse({ ...config, universe: path.basename(config.universe) })),
    ],
    [BUNDLE.plan, bundleJson(withoutShards(planned))],
    [BUNDLE.ingest, bundleJson(condense(manifest))],
    ...(manifest.coverage === undefined ? [] : [[BUNDLE.coverage, bundleJson(manifest.coverage)] as const]),
    [BUNDLE.integrity, await readRef(home, integrity)],
    [BUNDLE.metrics, await readRef(home, metrics)],
    [BUNDLE.statTests, await readRef(home, statTests)],
    [BUNDLE.stressTests, await readRef(home, stressTests)],
    [BUNDLE.importance, await readRef(home, request.importance)],
    [BUNDLE.drift, await readRef(home, request.drift)],
    [BUNDLE.predictions, await readRef(home, request.predictions)],
    [BUNDLE.placebo, await readRef(home, request.placebo)],
    [BUNDLE.student, await readRef(home, request.student)],
    [BUNDLE.teachers, await teacherLines(home, real, await lostWindows(home, config.runId, planned))],
    // teachers.jsonl holds everything that shards' weights do, and their files depend on the number of shards.
    [BUNDLE.artifacts, bundleJson({ files: artifactEntries(home, config.runId, [...priors, ...students]) })],
  ]);
  for (const unit of students) await addStudent(home, config.runId, unit, files);
  const refs = [...units.priors, ...units.real, ...units.placebo, ...units.students];
  const all = [...priors, ...real, ...placebo, ...students];
  return { files, backends: backendsOf(all), cohortBackends: backendsByCohort(refs, all) };
}

/** The plan with one shard per cohort: results do not depend on the division into shards. */
function withoutShards(plan: Plan): Plan {
  const cohorts = plan.cohorts.map((cohort) => ({
    ...cohort,
    shards: cohort.shards.length === 0 ? [] : [cohort.shards.flat()],
  }));
  return { ...plan, cohorts, shards: cohorts.filter(({ shards }) => shards.length > 0).length };
}

async function readUnits(home: Home, refs: readonly FileRef[]): Promise<UnitManifest[]> {
  const units: UnitManifest[] = [];
  for (const ref of refs) {
    heartbeat(ref.uri);
    units.push(await readJsonRef(home, ref, unitManifestSchema));
  }
  return units;
}

/** The ingest without file names and messages, which contain paths of the machine. */
function condense({ source, interval, digest, series }: IngestManifest): BundleIngest {
  return {
    source,
    interval,
    digest,
    series: series.map((record) => {
      const findings: Record<string, number> = {};
      for (const { code } of record.findings) findings[code] = (findings[code] ?? 0) + 1;
      const { symbol, status, error, ref, first, last, bars, missingSessions, actions } = record;
      return {
        symbol,
        status,
        reason: status === 'refused' ? refusal(record) : record.reason,
        error,
        sha256: ref?.sha256 ?? null,
        first,
        last,
        bars,
        missingSessions,
        actions,
        findings,
      };
    }),
  };
}

function refusal({ findings }: SeriesRecord): string {
  const codes = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  return [...new Set(codes)].sort().join(', ');
}

/**
 * One line per trainable window, sorted by window.
 *
 * @param lost Lines of windows for the case that no shard has one.
 */
async function teacherLines(
  home: Home,
  shards: readonly UnitManifest[],
  lost: readonly TeacherLine[],
): Promise<Uint8Array> {
  const lines: { readonly window: string; readonly text: string }[] = [];
  for (const { outputs } of shards) {
    const ref = outputs['windows'];
    if (ref === undefined) continue;
    for (const text of (await readRef(home, ref)).toString('utf8').split('\n')) {
      if (text === '') continue;
      const line = teacherLineSchema.parse(JSON.parse(text));
      lines.push({ window: line.window, text: canonicalJson(line) });
    }
  }
  const ended = new Set(lines.map(({ window }) => window));
  for (const line of lost)
    if (!ended.has(line.window)) lines.push({ window: line.window, text: canonicalJson(line) });
  lines.sort((a, b) => (a.window < b.window ? -1 : 1));
  return Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
}

/**
 * What a line says of each trainable window if its shard has no result. Without the message, which may name paths of
 * the machine.
 */
async function lostWindows(home: Home, run: string, { cohorts }: Plan): Promise<TeacherLine[]> {
  const lines: TeacherLine[] = [];
  for (const { id, start, end, shards } of cohorts) {
    const lost = await readLostShards(home, run, id);
    for (const [shard, symbols] of shards.entries())
      for (const symbol of symbols)
        lines.push({
          symbol,
          window: windowLabel(symbol, start, end),
          status: 'failed',
          error: lossOf(lost, shard)?.error ?? null,
          message: null,
        });
  }
  return lines;
}

function artifactEntries(home: Home, run: string, units: readonly UnitManifest[]): FileEntry[] {
  return units
    .flatMap(({ outputs }) => Object.entries(outputs))
    .filter(([role]) => !MERGED_ROLES.has(role))
    .map(([, { uri, bytes, sha256 }]) => ({ path: insideRun(home, run, uri), bytes, sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function addStudent(
  home: Home,
  run: string,
  { outputs }: UnitManifest,
  files: Map<string, Uint8Array>,
): Promise<void> {
  for (const [role, ref] of Object.entries(outputs)) {
    if (MERGED_ROLES.has(role)) continue;
    files.set(`models/${insideRun(home, run, ref.uri)}`, await readRef(home, ref));
  }
}

/** Path of a file relative to the run's folder. */
function insideRun(home: Home, run: string, uri: string): string {
  const prefix = `${home.relative(home.runDir(run))}/`;
  if (!uri.startsWith(prefix)) throw new GurukulError('Bug', `${uri} is not a file of run ${run}`);
  return uri.slice(prefix.length);
}

/** Backends by cohort: units lie in folders that are named after their cohort. */
function backendsByCohort(
  refs: readonly FileRef[],
  units: readonly UnitManifest[],
): Record<string, readonly string[]> {
  const byCohort = new Map<string, UnitManifest[]>();
  for (const [index, unit] of units.entries()) {
    const cohort = refs[index]?.uri.split('/').find((folder) => COHORT_ID.test(folder));
    if (cohort !== undefined) byCohort.set(cohort, [...(byCohort.get(cohort) ?? []), unit]);
  }
  return Object.fromEntries(
    [...byCohort].sort(([a], [b]) => (a < b ? -1 : 1)).map(([cohort, of]) => [cohort, backendsOf(of)]),
  );
}

function backendsOf(units: readonly UnitManifest[]): string[] {
  const summary = z.looseObject({ backend: z.string() });
  const named = units.flatMap((unit) => {
    const parsed = summary.safeParse(unit.summary);
    return parsed.success ? [parsed.data.backend] : [];
  });
  return [...new Set(named)].sort();
}
