import type { KnownSigner } from '../../data/signing/known-signer.js';
import type { Home } from '../../data/store/home.js';
import type { AuditActivities } from '../audit/activities.js';
import { createAuditActivities } from '../audit/index.js';
import type { AuditTask } from '../audit/index.js';
import { compareOnSameRows } from '../audit/compare-on-same-rows.js';
import type { VerifyReport } from '../audit/verify-report.js';
import { verifyBundle } from '../audit/verify.js';
import { heartbeat } from '../heartbeat.js';
import type { IngestActivities } from '../ingest/activities.js';
import { createIngestActivities } from '../ingest/index.js';
import type { ChampionScores } from '../score/activities.js';
import { scoreChampion } from '../score/score-champion.js';
import type { ValidateActivities } from '../validate/activities.js';
import { createValidateActivities } from '../validate/index.js';
import type { LoadTable } from '../validate/load-table.js';

/** Work of activities that computes for long, and so is done in a thread of the worker's pool. */
export interface PoolWork extends IngestActivities, ValidateActivities {
  auditBundle(
    request: Parameters<AuditActivities['auditBundle']>[0],
  ): ReturnType<AuditActivities['auditBundle']>;
  scoreChampion(request: null): Promise<ChampionScores | null>;
  verifyBundle(request: {
    /** Absolute path. */
    readonly folder: string;
    readonly known: KnownSigner | undefined;
  }): Promise<VerifyReport>;
  compareOnSameRows(request: {
    /** Folders of verified bundles. */
    readonly candidate: string;
    readonly champion: string;
  }): ReturnType<typeof compareOnSameRows>;
}

export type PoolWorkName = keyof PoolWork;
export type PoolRequest<Name extends PoolWorkName> = Parameters<PoolWork[Name]>[0];
export type PoolResult<Name extends PoolWorkName> = PoolWork[Name] extends (
  request: never,
) => Promise<infer Result>
  ? Result
  : never;

/** A piece of work and what it is done on; plain values, so that it can be sent to a thread. */
export type PoolJob = {
  readonly [Name in PoolWorkName]: { readonly name: Name; readonly request: PoolRequest<Name> };
}[PoolWorkName];

/** Where and when a job is done. */
export interface PoolPlace {
  readonly home: Home;
  readonly packageRoot: string;
  /** The activity that it is done for. */
  readonly task: AuditTask;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly loadTable: LoadTable;
}

/** Does a job in this thread. */
export async function doPoolWork(
  job: PoolJob,
  { home, packageRoot, task, nowMs, loadTable }: PoolPlace,
): Promise<PoolResult<PoolWorkName>> {
  const ingest = (): IngestActivities => createIngestActivities({ home, packageRoot });
  const validate = (): ValidateActivities => createValidateActivities({ home, loadTable });
  switch (job.name) {
    case 'ingestSymbols':
      return ingest().ingestSymbols(job.request);
    case 'sealIngest':
      return ingest().sealIngest(job.request);
    case 'probeCohort':
      return validate().probeCohort(job.request);
    case 'probeLeakage':
      return validate().probeLeakage(job.request);
    case 'gatherPredictions':
      return validate().gatherPredictions(job.request);
    case 'measureCohort':
      return validate().measureCohort(job.request);
    case 'measureArm':
      return validate().measureArm(job.request);
    case 'validateRun':
      return validate().validateRun(job.request);
    case 'auditBundle':
      return createAuditActivities({ home, packageRoot, task }).auditBundle(job.request);
    case 'scoreChampion':
      return scoreChampion({ home, packageRoot, nowMs, onStep: heartbeat });
    case 'verifyBundle':
      return verifyBundle(job.request.folder, job.request.known);
    case 'compareOnSameRows':
      return compareOnSameRows(job.request.candidate, job.request.champion);
  }
}
