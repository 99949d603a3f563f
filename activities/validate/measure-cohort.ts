import path from 'node:path';

import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { GurukulError } from '../../data/errors.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { codeVersion } from '../../data/store/code-version.js';
import { sha256 } from '../../data/store/digests.js';
import { readJsonRef, readRef, refIfExists, writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { removeStored } from '../../data/store/stored-files.js';
import { sealUnit, unitKey, unitManifestSchema } from '../../data/store/units.js';
import { offEventLoop } from '../../data/event-loop.js';
import type { ArmCohort } from '../figures/arm.js';
import type { CohortParts } from '../figures/cohort-parts.js';
import { FORWARD_ARMS, VALIDATION_ARMS, measureCohort } from '../figures/cohort-parts.js';
import { armDates } from '../figures/common-dates.js';
import { cohortsOf } from '../figures/figures.js';
import { decodeArmCohort, encodeArmCohort } from '../figures/files/arm-cohort-file.js';
import type { DatedParts } from '../figures/files/cohort-days-file.js';
import { decodeDatedParts, encodeDatedParts } from '../figures/files/cohort-days-file.js';
import { encodeColumns } from '../figures/files/column-bytes.js';
import type { MarketRows } from '../figures/market-rows.js';
import { heartbeat } from '../heartbeat.js';
import { indexByCohort, indexCohort } from '../trainer/units-of-cohort.js';
import { marketOf, trainedSets } from './cohort-rows.js';
import type { LoadTable } from './load-table.js';
import { cohortUnit, manifestIn } from './cohort-unit.js';
import { contentOfUnits } from './content-of-units.js';

/** An arm of the figures: a model on one split. */
export interface ArmName {
  readonly split: 'forward' | 'validation';
  readonly model: (typeof FORWARD_ARMS)[number];
}

/** All arms. */
export const ARMS: readonly ArmName[] = [
  ...FORWARD_ARMS.map((model) => ({ split: 'forward', model }) as const),
  ...VALIDATION_ARMS.map((model) => ({ split: 'validation', model }) as const),
];

interface MeasuredCohort {
  readonly home: Home;
  readonly loadTable: LoadTable;
  readonly config: RunConfig;
  readonly ingest: FileRef;
  /** Id of the cohort. */
  readonly cohort: string;
}

/**
 * What the figures of a run need of one cohort, as a unit: found again by its key, whoever measured the same predictions
 * on the same outcomes.
 *
 * @returns The unit's manifest; undefined where the cohort has no predictions.
 */
export async function measureCohortUnit(of: MeasuredCohort): Promise<FileRef | undefined> {
  offEventLoop('measureCohortUnit');
  const { home, config, cohort } = of;
  const index = await indexCohort(home, config.runId, cohort);
  const sets = await trainedSets(home, index);
  const directory = home.figuresDir(config.runId, cohort);
  if (sets.teacher.symbol.length === 0) {
    // An earlier start may have measured what is not there any more.
    await removeStored(home, manifestIn(directory));
    return undefined;
  }
  const market = await marketOf(sets, of, of.loadTable);
  const key = unitKey({
    kind: 'figures',
    code: await codeVersion(),
    cohort,
    horizon: config.horizon,
    trained: await contentOfUnits(home, index),
    market: digestOf(market),
  });
  return cohortUnit(home, config, { key, directory }, async () =>
    measured({ ...sets, market }, of, key, directory),
  );
}

async function measured(
  sets: Parameters<typeof cohortsOf>[0],
  { home, config, cohort }: MeasuredCohort,
  key: string,
  directory: string,
): Promise<FileRef> {
  const [rows] = cohortsOf(sets).filter((one) => one.cohort === cohort);
  if (rows === undefined) throw new RangeError(`${cohort} has no rows`);
  const parts = measureCohort(rows, config, heartbeat);
  heartbeat('writing');
  const outputs: Record<string, FileRef> = {
    days: await writeRef(
      home,
      path.join(directory, 'days.bin'),
      encodeDatedParts({ days: parts.days, dates: armDates(parts) }),
      parts.days.ranking.dates.length,
    ),
  };
  for (const arm of ARMS) {
    const part = partOf(parts, arm);
    const name = roleOf(arm);
    outputs[name] = await writeRef(
      home,
      path.join(directory, `${name}.bin`),
      encodeArmCohort(part),
      part.sample.rows,
    );
  }
  return sealUnit(home, manifestIn(directory), {
    key,
    outputs,
    summary: { rows: sets.teacher.symbol.length },
  });
}

function partOf({ forward, validation }: CohortParts, { split, model }: ArmName): ArmCohort {
  if (split === 'forward') return forward[model];
  if (model === 'studentPlacebo') throw new RangeError(`${model} has no validation rows`);
  return validation[model];
}

function roleOf({ split, model }: ArmName): string {
  return `${split}_${model}`;
}

/**
 * Manifests of the parts of a run's cohorts: those of all that have a student.
 *
 * @throws GurukulError ChecksumMismatch where one was not measured.
 */
export async function measuredCohorts(
  home: Home,
  { runId }: Pick<RunConfig, 'runId'>,
  index: FileRef,
): Promise<FileRef[]> {
  const units = indexByCohort(await readJsonRef(home, index, teachIndexSchema));
  const measured: FileRef[] = [];
  for (const [cohort, { students }] of units) {
    if (students.length === 0) continue;
    const unit = await refIfExists(home, manifestIn(home.figuresDir(runId, cohort)));
    if (unit === undefined)
      throw new GurukulError('ChecksumMismatch', `the figures of cohort ${cohort} were not measured`);
    measured.push(unit);
  }
  return measured;
}

/** What the figures by date need of each cohort. @param units Manifests from {@link measuredCohorts}. */
export async function readDays(home: Home, units: readonly FileRef[]): Promise<DatedParts[]> {
  return readParts(home, units, 'days', decodeDatedParts);
}

/** What an arm needs of each cohort. */
export async function readArm(home: Home, units: readonly FileRef[], arm: ArmName): Promise<ArmCohort[]> {
  return readParts(home, units, roleOf(arm), decodeArmCohort);
}

async function readParts<Part>(
  home: Home,
  units: readonly FileRef[],
  role: string,
  decode: (bytes: Uint8Array) => Part,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const unit of units) {
    heartbeat(unit.uri);
    const { outputs } = await readJsonRef(home, unit, unitManifestSchema);
    if (outputs[role] !== undefined) parts.push(decode(await readRef(home, outputs[role])));
  }
  return parts;
}

/** Outcomes look beyond the rows that a cohort predicts, so the bars of its units' keys do not say all of them. */
function digestOf({ outcomes, exposures, factors, placebo }: Required<MarketRows>): string {
  const floats = (columns: readonly (readonly number[])[]): Float64Array[] =>
    columns.map((column) => Float64Array.from(column));
  return sha256(
    encodeColumns([
      [outcomes.symbol, outcomes.date, outcomes.entryDate, exposures.sector, factors.names],
      floats([outcomes.entryPrice, ...outcomes.returns]),
      floats([exposures.volatility, exposures.beta, exposures.tradedValue, ...factors.values]),
      [placebo.symbol, placebo.date, placebo.entryDate],
      floats([placebo.entryPrice, ...placebo.returns]),
    ]),
  );
}
