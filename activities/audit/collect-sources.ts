import path from 'node:path';

import { z } from 'zod';

import { GurukulError } from '../../data/errors.js';
import type { BundleIngest, FileEntry } from '../../data/schemas/bundle.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import type { CohortChoices } from '../../data/schemas/choices.js';
import { choiceSchema, cohortChoicesSchema } from '../../data/schemas/choices.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { IngestManifest, SeriesRecord } from '../../data/schemas/ingest.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import { readPolicy } from '../../data/policy/read-policy.js';
import type { Plan } from '../../data/schemas/plan.js';
import { planSchema } from '../../data/schemas/plan.js';
import type { Policy } from '../../data/schemas/policy.js';
import { policySchema } from '../../data/schemas/policy.js';
import { reproductionSchema } from '../../data/schemas/reproduction.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { readStoredJson } from '../../data/store/stored-files.js';
import type { UnitManifest } from '../../data/store/units.js';
import { unitManifestSchema } from '../../data/store/units.js';
import { heartbeat } from '../heartbeat.js';
import type { AuditRequest } from './activities.js';
import { BUNDLE, bundleJson, choicesFile } from './bundle-layout.js';
import { logicOf } from './logic.js';
import { teacherLines } from './teacher-lines.js';
import { cohortOfUnit } from '../trainer/units-of-cohort.js';

/** Roles of unit files that are not copied: the bundle has them merged, or in a file of their own. */
const MERGED_ROLES = new Set([
  'predictions',
  'importance',
  'outOfFold',
  'choices',
  'choiceReturns',
  'variants',
]);

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
export async function collectSources(
  home: Home,
  request: AuditRequest,
  packageRoot: string,
): Promise<Sources> {
  const { config, plan, ingest, index, integrity, metrics, statTests, stressTests } = request;
  const units = await readJsonRef(home, index, teachIndexSchema);
  const priors = await readUnits(home, units.priors);
  const real = await readUnits(home, units.real);
  const placebo = await readUnits(home, units.placebo);
  const students = await readUnits(home, units.students);
  const placeboStudents = await readUnits(home, units.placeboStudents);
  const manifest = await readJsonRef(home, ingest, ingestManifestSchema);
  const planned = await readJsonRef(home, plan, planSchema);
  // Without the folder of a universe file; its symbols are in the plan.
  const input = bundleConfigSchema.parse({ ...config, universe: path.basename(config.universe) });
  const files = new Map<string, Uint8Array>([
    [BUNDLE.config, bundleJson(input)],
    [BUNDLE.logic, bundleJson(await logicOf(input))],
    [BUNDLE.plan, bundleJson(withoutShards(planned))],
    [BUNDLE.ingest, bundleJson(condense(manifest))],
    [BUNDLE.policy, bundleJson(await runPolicy(home, config.runId, packageRoot))],
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
    ...(request.reproduction === undefined
      ? []
      : [
          [
            BUNDLE.reproduction,
            bundleJson(await readJsonRef(home, request.reproduction, reproductionSchema)),
          ] as const,
        ]),
    ...(request.variants === undefined
      ? []
      : [[BUNDLE.variants, await readRef(home, request.variants)] as const]),
    ...(request.stress === undefined ? [] : [[BUNDLE.stress, await readRef(home, request.stress)] as const]),
    [BUNDLE.teachers, await teacherLines(home, config.runId, real, planned)],
    // teachers.jsonl holds everything that shards' weights do, and their files depend on the number of shards.
    [BUNDLE.artifacts, bundleJson({ files: artifactEntries(home, config.runId, [...priors, ...students]) })],
  ]);
  if (request.backtest !== undefined) files.set(BUNDLE.backtest, await readRef(home, request.backtest));
  if (request.choiceReturns !== undefined)
    files.set(BUNDLE.choiceReturns, await readRef(home, request.choiceReturns));
  for (const [file, ref] of Object.entries(marketRefs(request))) files.set(file, await readRef(home, ref));
  await addChoices(
    home,
    [...units.priors, ...units.students, ...units.placeboStudents],
    [...priors, ...students, ...placeboStudents],
    files,
  );
  for (const unit of students) await addStudent(home, config.runId, unit, files);
  const refs = [
    ...units.priors,
    ...units.real,
    ...units.placebo,
    ...units.students,
    ...units.placeboStudents,
  ];
  const all = [...priors, ...real, ...placebo, ...students, ...placeboStudents];
  return { files, backends: backendsOf(all), cohortBackends: backendsByCohort(refs, all) };
}

/** The policy that the run settled when it was started; a run that an earlier version started has settled none. */
async function runPolicy(home: Home, runId: string, packageRoot: string): Promise<Policy> {
  return (await readStoredJson(home, home.runPolicy(runId), policySchema)) ?? readPolicy(home, packageRoot);
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

function artifactEntries(home: Home, run: string, units: readonly UnitManifest[]): FileEntry[] {
  return units
    .flatMap(({ outputs }) => Object.entries(outputs))
    .filter(([role]) => !MERGED_ROLES.has(role))
    .map(([, { uri, bytes, sha256 }]) => ({ path: insideRun(home, run, uri), bytes, sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Files of the market by path; none where an earlier version gathered the predictions. */
function marketRefs({ market }: AuditRequest): Record<string, FileRef> {
  return market === undefined
    ? {}
    : {
        [BUNDLE.outcomes]: market.outcomes,
        [BUNDLE.placeboOutcomes]: market.placeboOutcomes,
        [BUNDLE.exposures]: market.exposures,
        [BUNDLE.factors]: market.factors,
      };
}

/** The choices of each cohort and arm, which the units' paths name: those of its prior, then those of its student. */
async function addChoices(
  home: Home,
  manifests: readonly FileRef[],
  units: readonly UnitManifest[],
  files: Map<string, Uint8Array>,
): Promise<void> {
  const made = new Map<string, CohortChoices>();
  for (const [index, { outputs }] of units.entries()) {
    const manifest = manifests[index];
    if (outputs['choices'] === undefined || manifest === undefined) continue;
    const cohort = cohortOfUnit(manifest) ?? '';
    const arm = /\/placebo(?:_students)?\//.test(manifest.uri) ? 'placebo' : 'real';
    const file = choicesFile(cohort, arm);
    const choices = await readJsonRef(home, outputs['choices'], z.array(choiceSchema));
    made.set(file, { cohort, arm, choices: [...(made.get(file)?.choices ?? []), ...choices] });
  }
  for (const [file, choices] of made) files.set(file, bundleJson(cohortChoicesSchema.parse(choices)));
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
    const ref = refs[index];
    const cohort = ref === undefined ? undefined : cohortOfUnit(ref);
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
