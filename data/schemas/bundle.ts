import { z } from 'zod';

import { ERROR_TYPES } from '../errors.js';
import { decisionsHeadSchema } from './decisions-head.js';
import { sha256Schema as sha256 } from './file-ref.js';
import { isRelativePath } from './relative-path.js';
import { INTERVALS, RUN_ID_PATTERN, SOURCES } from './run-choices.js';
import { runInputSchema } from './run-input.js';

/** Schemas of the files in an audit bundle; those of the figures are in `metrics.ts`, of the briefing in `briefing.ts`. */

const count = z.number().int().nonnegative();

/** A file, with its path inside the bundle (or run folder) with forward slashes. */
export const fileEntrySchema = z.strictObject({ path: z.string().min(1), bytes: count, sha256 });
export type FileEntry = z.output<typeof fileEntrySchema>;

/** manifest.json */
export const manifestSchema = z.strictObject({
  format: z.literal('gurukul-audit-bundle/1'),
  /** SHA-256 of the canonical JSON of `covered`. */
  digest: sha256,
  /** Every file that the digest covers, sorted by path. */
  covered: z.array(fileEntrySchema).max(100_000),
  /** Files that differ between runs of the same input: provenance, times, the signature. */
  uncovered: z.array(z.string().min(1)),
});
export type BundleManifest = z.output<typeof manifestSchema>;

const input = runInputSchema.shape;

/**
 * configs/run.json: the part of a run's input that its results depend on. It leaves out the run id and how the
 * run was computed (folder of bars, accelerator, shards, concurrency). The digests of the bars are in
 * configs/ingest.json, the backend is in the provenance.
 */
export const bundleConfigSchema = z.object({
  universe: input.universe,
  from: input.from,
  to: input.to,
  interval: input.interval,
  windowDays: input.windowDays,
  label: input.label,
  horizon: input.horizon,
  threshold: input.threshold,
  lowerBarrier: input.lowerBarrier,
  /** Absent in bundles of earlier versions: the close. */
  entry: input.entry.unwrap().optional(),
  source: input.source,
  adjust: input.adjust,
  format: input.format,
  stamps: input.stamps,
  /** Absent in bundles of earlier versions: today's members. */
  membership: input.membership,
  maxFailureRate: input.maxFailureRate,
  seed: input.seed,
});
export type BundleConfig = z.output<typeof bundleConfigSchema>;

/** configs/ingest.json: the bars of the run, by digest, and the findings about them. */
export const bundleIngestSchema = z.strictObject({
  source: z.enum(SOURCES),
  interval: z.enum(INTERVALS),
  digest: z.string(),
  series: z.array(
    z.strictObject({
      symbol: z.string(),
      status: z.enum(['ok', 'no_bars', 'excluded', 'refused']),
      /** The reason of the exclusion, or the codes of the errors for which the series was refused. */
      reason: z.string().nullable(),
      error: z.enum(ERROR_TYPES).nullable(),
      sha256: sha256.nullable(),
      first: z.string().nullable(),
      last: z.string().nullable(),
      bars: count,
      missingSessions: count,
      actions: count,
      /** Number of findings, by code. */
      findings: z.record(z.string(), count),
    }),
  ),
});
export type BundleIngest = z.output<typeof bundleIngestSchema>;

/** artifacts.json: the model files of priors and students. They stay in the run folder; paths are relative to it. */
export const artifactsSchema = z.strictObject({
  files: z.array(
    fileEntrySchema.extend({
      path: z.string().refine(isRelativePath, { error: 'must be a path inside the run folder' }),
    }),
  ),
});

/** A line of teachers.jsonl; the trainer may add other fields. */
export const teacherLineSchema = z.looseObject({
  window: z.string(),
  status: z.enum(['succeeded', 'failed']).optional(),
  error: z.enum(ERROR_TYPES).nullish(),
  message: z.string().nullish(),
});
export type TeacherLine = z.output<typeof teacherLineSchema>;

const figure = z.number().nullable();

const deflatedSchema = z.strictObject({ trials: count, benchmark: figure, deflated: figure });

/** run.json: everything that differs between two runs of the same input. Not covered by the digest. */
export const runRecordSchema = z.strictObject({
  runId: z.string().regex(RUN_ID_PATTERN),
  workflowId: z.string(),
  /** When the audit was scheduled, ISO, UTC. */
  auditedAt: z.string(),
  host: z.string(),
  node: z.string(),
  /** The whole input, with all defaults. */
  input: z.record(z.string(), z.unknown()),
  /** Whether the home has seen the algorithm before; absent in bundles of earlier versions. */
  algorithm: z
    .strictObject({
      /** The logic digest of configs/logic.json. */
      digest: sha256,
      /** True when no other bundle of the home has this digest: the research report has not been read before. */
      isNew: z.boolean(),
    })
    .optional(),
  /**
   * Who made the run, as it was declared when it was started; null: nobody said so. Absent in bundles of earlier
   * versions.
   */
  author: z.string().min(1).nullable().exactOptional(),
  /**
   * The newest entry of the home's log of decisions when the bundle was made; null: the log did not verify. Absent
   * in bundles of earlier versions.
   */
  decisions: decisionsHeadSchema.nullable().exactOptional(),
  /**
   * Sharpe ratios deflated by the number of distinct configurations that were tried in this home on the same bars
   * and labels, those of this run included. Not covered by the digest, since it depends on other runs.
   */
  trials: z.strictObject({
    /** Configurations that this run compares: the number behind the figures that the digest covers. */
    run: count,
    home: count,
    /** Of the teachers. */
    netSharpe: deflatedSchema,
    activeSharpe: deflatedSchema,
    /** Of the students, the models that are used; absent in bundles and decisions of earlier versions. */
    studentNetSharpe: deflatedSchema.exactOptional(),
    studentActiveSharpe: deflatedSchema.exactOptional(),
  }),
});
export type RunRecord = z.output<typeof runRecordSchema>;

const digestSchema = z.strictObject({ sha256 });

/** provenance/statement.json: an in-toto statement v1 with a SLSA provenance v1 predicate. */
export const statementSchema = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  /** First the bundle itself by its digest, then every covered file. */
  subject: z.array(z.strictObject({ name: z.string(), digest: digestSchema })).min(1),
  predicateType: z.literal('https://slsa.dev/provenance/v1'),
  predicate: z.strictObject({
    buildDefinition: z.strictObject({
      buildType: z.literal('urn:gurukul:run:v1'),
      externalParameters: z.record(z.string(), z.unknown()),
      internalParameters: z.strictObject({
        /** Digest of the code that results depend on. */
        codeVersion: z.string(),
        node: z.string(),
        /** Ids of the tensor backends that the models were trained with. */
        backends: z.array(z.string()),
        /** The same for each cohort; absent in bundles of earlier versions. */
        cohortBackends: z.record(z.string(), z.array(z.string())).optional(),
      }),
      resolvedDependencies: z.array(z.strictObject({ name: z.string(), digest: digestSchema })),
    }),
    runDetails: z.strictObject({
      builder: z.strictObject({ id: z.string(), version: z.record(z.string(), z.string()) }),
      metadata: z.strictObject({ invocationId: z.string(), finishedOn: z.string() }),
      byproducts: z.array(z.strictObject({ name: z.string(), digest: digestSchema })),
    }),
  }),
});
export type Statement = z.output<typeof statementSchema>;

/** provenance/signature.json: a DSSE envelope around the bytes of statement.json. */
export const envelopeSchema = z.strictObject({
  payloadType: z.literal('application/vnd.in-toto+json'),
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: sha256, sig: z.base64() })).length(1),
});
export type Envelope = z.output<typeof envelopeSchema>;
