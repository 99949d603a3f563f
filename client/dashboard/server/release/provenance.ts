import path from 'node:path';

import type { Briefing } from '../../../../data/schemas/briefing.js';
import type { BundleManifest, FileEntry } from '../../../../data/schemas/bundle.js';
import { bundleIngestSchema, statementSchema } from '../../../../data/schemas/bundle.js';
import { readJson } from '../../../../data/store/files.js';
import type { ProvenFigure, ProvenanceAnswer } from '../../contract/release.js';

/** Files that every figure of an arm is computed from. */
const STUDENT = ['predictions/student_predictions.parquet'];
const TEACHER = ['predictions/predictions.parquet'];
const PLACEBO = ['predictions/placebo_predictions.parquet'];
const MARKET = ['predictions/outcomes.parquet', 'predictions/exposures.parquet'];
const RULES = ['configs/run.json', 'configs/policy.json'];

/** Where each figure of the briefing comes from: the files of the bundle that it is recomputed from. */
export async function provenanceOf(
  folder: string,
  { digest, covered }: BundleManifest,
  briefing: Briefing,
): Promise<ProvenanceAnswer> {
  const ingest = await readJson(path.join(folder, 'configs', 'ingest.json'), bundleIngestSchema);
  const statement = await readJson(path.join(folder, 'provenance', 'statement.json'), statementSchema).catch(
    () => undefined,
  );
  const entries = new Map(covered.map((entry) => [entry.path, entry]));
  return {
    digest,
    figures: figuresOf(briefing, entries),
    bars: {
      digest: ingest?.digest ?? '',
      source: ingest?.source ?? '',
      series: ingest?.series.filter(({ sha256 }) => sha256 !== null).length ?? 0,
    },
    code: statement?.predicate.buildDefinition.internalParameters.codeVersion ?? null,
  };
}

function figuresOf(briefing: Briefing, entries: ReadonlyMap<string, FileEntry>): ProvenFigure[] {
  const { student, forward, ranking, trials } = briefing;
  const { baseRate } = forward;
  const proven = (
    name: string,
    value: number | null | undefined,
    rows: number,
    files: readonly string[],
  ): ProvenFigure[] =>
    value === undefined
      ? []
      : [
          {
            ...{ name, value, rows, baseRate, trials },
            files: [...files, ...RULES].flatMap((file) => entries.get(file) ?? []),
          },
        ];
  return [
    ...proven('log-loss of the student', student?.logLoss, student?.rows ?? 0, STUDENT),
    ...proven('its skill against the base rate', student?.skill, student?.rows ?? 0, STUDENT),
    ...proven('its neutral rank IC', student?.neutralRankIc, student?.rows ?? 0, [...STUDENT, ...MARKET]),
    ...proven('its calibration error', student?.ece, student?.rows ?? 0, STUDENT),
    ...proven('its net return above equal weight, a year', student?.activePerYear, student?.rows ?? 0, [
      ...STUDENT,
      ...MARKET,
    ]),
    ...proven('its deflated Sharpe ratio', student?.deflated, student?.rows ?? 0, [...STUDENT, ...MARKET]),
    ...proven('log-loss of the teachers', forward.logLoss, forward.rows, TEACHER),
    ...proven('AUC of the teachers', forward.cohortAuc, forward.rows, TEACHER),
    ...proven('AUC of the placebo', forward.placeboCohortAuc, forward.rows, PLACEBO),
    ...ranking.scores.flatMap(({ name, neutral }) =>
      proven(`neutral rank IC: ${name}`, neutral, forward.rows, [
        ...TEACHER,
        ...MARKET,
        'predictions/factors.parquet',
      ]),
    ),
  ];
}
