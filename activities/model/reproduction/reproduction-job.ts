import path from 'node:path';

import type { FileRef } from '../../../data/schemas/file-ref.js';
import type { Reproduction, ReproductionDifference } from '../../../data/schemas/reproduction.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { readJsonRef, writeRef } from '../../../data/store/file-refs.js';
import type { UnitManifest } from '../../../data/store/units.js';
import { unitManifestSchema } from '../../../data/store/units.js';
import type { ReproductionJob, TrainerResult } from '../jobs.js';
import { runPriorJob } from '../prior/prior-job.js';
import { runStudentJob } from '../student/student-job.js';
import { runShardJob } from '../teachers/shard-job.js';
import type { JobContext } from '../units/job-context.js';
import type { UnitWork } from '../units/run-unit.js';
import { runUnit } from '../units/run-unit.js';

/**
 * Trains a cohort a second time, in a folder of its own, and compares the digests of every file: prior, shards and
 * student, each from the same inputs as before, so that one difference does not become many. Files: reproduction.json,
 * unit.json.
 *
 * @throws what the jobs themselves throw.
 */
export async function runReproductionJob(job: ReproductionJob, context: JobContext): Promise<TrainerResult> {
  const { home } = context;
  const read = async (ref: FileRef): Promise<UnitManifest> => readJsonRef(home, ref, unitManifestSchema);
  const prior = await read(job.own.prior);
  const shards = await Promise.all(job.shards.map(({ manifest }) => read(manifest)));
  const student = await read(job.student);
  const keys = [prior, ...shards, student].map(({ key, outputs }) => ({
    key,
    files: Object.values(outputs).map(({ sha256 }) => sha256),
  }));
  const directory = home.reproductionDir(job.config.runId);
  // What another run found out says nothing about this machine.
  return runUnit({ ...job, reuse: 'own' }, context, directory, { units: keys }, () =>
    reproduce(job, context, directory, { prior, shards, student }),
  );
}

interface Originals {
  readonly prior: UnitManifest;
  readonly shards: readonly UnitManifest[];
  readonly student: UnitManifest;
}

async function reproduce(
  { config, cohort, ingest, own, earlier, shards }: ReproductionJob,
  context: JobContext,
  directory: string,
  originals: Originals,
): Promise<UnitWork> {
  const { home } = context;
  const scratch = home.again();
  const folder = scratch.relative(scratch.runDir(config.runId));
  await scratch.store.removeFolder(folder);
  const apart: JobContext = { ...context, home: scratch, alone: true };
  const base = { config, cohort, ingest, reuse: 'own', arm: 'real' } as const;
  // By kind of unit: a bundle does not depend on the division into shards.
  const compared = new Map<string, ReproductionDifference & { equal: boolean }>();
  const compare = async (
    unit: ReproductionDifference['unit'],
    first: UnitManifest,
    second: FileRef,
  ): Promise<void> => {
    const { outputs } = await readJsonRef(home, second, unitManifestSchema);
    for (const file of new Set([...Object.keys(first.outputs), ...Object.keys(outputs)])) {
      const equal = first.outputs[file]?.sha256 === outputs[file]?.sha256;
      const before = compared.get(`${unit} ${file}`)?.equal ?? true;
      compared.set(`${unit} ${file}`, { unit, file, equal: before && equal });
    }
  };
  try {
    const prior = await runPriorJob({ kind: 'prior', ...base }, apart);
    await compare('prior', originals.prior, prior.manifest);
    for (const [place, { shard, symbols: of, windowsAtOnce }] of shards.entries()) {
      const original = originals.shards[place];
      if (original === undefined) continue;
      const again = await runShardJob(
        {
          kind: 'shard',
          ...base,
          shard,
          symbols: of,
          prior: own.prior,
          ...(windowsAtOnce === undefined ? {} : { windowsAtOnce }),
        },
        apart,
      );
      await compare('teachers', original, again.manifest);
    }
    const student = await runStudentJob(
      { kind: 'student', ...base, own, ...(earlier === undefined ? {} : { earlier }) },
      apart,
    );
    await compare('student', originals.student, student.manifest);
  } finally {
    await scratch.store.removeFolder(folder);
  }
  const files = [...compared.values()].sort((x, y) =>
    `${x.unit} ${x.file}` < `${y.unit} ${y.file}` ? -1 : 1,
  );
  const differences = files.flatMap(({ unit, file, equal }) => (equal ? [] : [{ unit, file }]));
  const record: Reproduction = {
    cohort: cohort.id,
    units: new Set(files.map(({ unit }) => unit)).size,
    files: files.length,
    equal: files.length - differences.length,
    differences,
  };
  const ref = await writeRef(
    home,
    path.join(directory, 'reproduction.json'),
    `${canonicalJson(record)}\n`,
    differences.length,
  );
  return { outputs: { record: ref }, summary: {}, succeeded: 0, failedBy: {} };
}
