import path from 'node:path';

import type { z } from 'zod';

import type { FileRef } from '../../data/schemas/file-ref.js';
import type { FigureOptions } from '../../data/schemas/metrics.js';
import { GurukulError } from '../../data/errors.js';
import { offEventLoop } from '../../data/event-loop.js';
import { writeRef } from '../../data/store/file-refs.js';
import { readStoredJson } from '../../data/store/stored-files.js';
import type { Home } from '../../data/store/home.js';
import { commonDates } from '../figures/common-dates.js';
import {
  examinedMeasuredSchema,
  forwardMeasuredSchema,
  measuredArmSchema,
} from '../figures/files/measured-arm-file.js';
import type { MeasuredArms } from '../figures/join-figures.js';
import { measureForwardArm, measureStudentArm, measureValidationArm } from '../figures/measured-arm.js';
import type { ForwardMeasured, MeasuredArm } from '../figures/measured-arm.js';
import { heartbeat } from '../heartbeat.js';
import type { ArmName } from './measure-cohort.js';
import { readArm, readDays } from './measure-cohort.js';

/** An arm, and what it is measured from. */
export interface ArmRequest {
  readonly runId: string;
  readonly arm: ArmName;
  readonly options: FigureOptions;
  /** Manifests of the measured cohorts. */
  readonly cohorts: readonly FileRef[];
}

/** Measures one arm of a run, with its replicates: the only one whose rows are in memory. */
export async function measureArmFile(home: Home, request: ArmRequest): Promise<FileRef> {
  offEventLoop('measureArmFile');
  const { runId, arm } = request;
  const measured = await measure(home, request);
  return writeRef(home, fileOf(home, runId, arm), `${JSON.stringify(measured)}\n`, measured.rows);
}

async function measure(home: Home, { arm, options, cohorts }: ArmRequest): Promise<MeasuredArm> {
  const dated = await readDays(home, cohorts);
  const common = commonDates(
    dated.map(({ dates }) => dates),
    options,
  );
  const parts = await readArm(home, cohorts, arm);
  heartbeat(`${arm.split} ${arm.model}`);
  const { split, model } = arm;
  if (split === 'validation') {
    if (model === 'studentPlacebo') throw new RangeError(`${model} has no validation rows`);
    return measureValidationArm(parts, { options, draws: common.insideDraws });
  }
  const context = { options, ...common, tiles: dated.map(({ days }) => days.ranking) };
  return model === 'student' ? measureStudentArm(parts, context) : measureForwardArm(model, parts, context);
}

function fileOf(home: Home, runId: string, { split, model }: ArmName): string {
  return path.join(home.armFigures(runId), `${split}_${model}.json`);
}

/** All arms of a run, each from its own file. @throws GurukulError ChecksumMismatch when one was not measured. */
export async function readArms(home: Home, runId: string): Promise<MeasuredArms> {
  const read = async <Schema extends z.ZodType>(arm: ArmName, schema: Schema): Promise<z.output<Schema>> => {
    const file = fileOf(home, runId, arm);
    const found = await readStoredJson(home, file, schema);
    if (found === undefined) throw new GurukulError('ChecksumMismatch', `${home.relative(file)} is missing`);
    return found;
  };
  const forward = async (model: ArmName['model']): Promise<ForwardMeasured> => {
    const { traded, ...rest } = await read({ split: 'forward', model }, forwardMeasuredSchema);
    return { ...rest, traded };
  };
  const inside = (model: ArmName['model']): Promise<MeasuredArm> =>
    read({ split: 'validation', model }, measuredArmSchema);
  const student = await read({ split: 'forward', model: 'student' }, examinedMeasuredSchema);
  const { traded, backtest, ...rest } = student;
  return {
    forward: {
      teacher: await forward('teacher'),
      placebo: await forward('placebo'),
      studentPlacebo: await forward('studentPlacebo'),
      student: { ...rest, traded, backtest: { ...backtest, factorSum: backtest.factorSum } },
    },
    validation: {
      teacher: await inside('teacher'),
      placebo: await inside('placebo'),
      student: await inside('student'),
    },
  };
}
