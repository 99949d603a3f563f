import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { GurukulError } from '../../../data/errors.js';
import type { MeasuredRun } from './measured-run.js';
import type { PeerRun } from './peer.js';

const metricsSchema = z.looseObject({
  forward: z.looseObject({
    teacher: z.looseObject({ rows: z.number(), baseRate: z.number(), logLoss: z.number() }),
  }),
  ranking: z.looseObject({
    rows: z.array(
      z.looseObject({
        name: z.string(),
        horizons: z.array(
          z.looseObject({ horizon: z.number(), neutral: z.looseObject({ mean: z.number().nullable() }) }),
        ),
      }),
    ),
  }),
});

/** What tells whether two programs have done the same work. */
export interface WorkFigures {
  readonly trained: number;
  readonly rows: number;
  readonly baseRate: number;
  /** Of the teachers on forward rows. */
  readonly logLoss: number;
  /** Their neutral rank IC at 5 bars. */
  readonly neutral5: number;
}

/**
 * How far the peer may be from the run. Windows, rows and labels are the same but for the few at the edges; the models
 * are of the same kinds, but draw other random units, and trees and bootstrap are other programs.
 */
export const BOUNDS = {
  trained: 0.02,
  rows: 0.02,
  baseRate: 0.002,
  logLoss: 0.005,
  neutral5: 0.03,
} as const;

const COUNTS: readonly (keyof WorkFigures)[] = ['trained', 'rows'];

/** Where a peer has not done the same work as the run, in words: counts by their ratio, figures by their difference. */
export function otherWork(ours: WorkFigures, peer: WorkFigures): string[] {
  const names = ['trained', 'rows', 'baseRate', 'logLoss', 'neutral5'] as const;
  return names.flatMap((name) => {
    const apart = Math.abs(ours[name] - peer[name]) / (COUNTS.includes(name) ? ours[name] : 1);
    return apart <= BOUNDS[name] ? [] : [`${name}: ${ours[name]}, and the peer has ${peer[name]}`];
  });
}

/** @throws GurukulError Bug where a peer has not done the same work as a run: its time says nothing. */
export async function requireSameWork(run: MeasuredRun, peer: PeerRun): Promise<void> {
  const { trained } = peer.windows;
  const other = otherWork(await workOf(run), { ...peer.figures, trained });
  if (other.length > 0) throw new GurukulError('Bug', `the peer has done other work:\n${other.join('\n')}`);
}

async function workOf({ status }: MeasuredRun): Promise<WorkFigures> {
  const file = path.join(status.bundle ?? '', 'metrics.json');
  const { forward, ranking } = metricsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const { rows, baseRate, logLoss } = forward.teacher;
  const teacher = ranking.rows.find(({ name }) => name === 'teacher');
  const neutral5 = teacher?.horizons.find(({ horizon }) => horizon === 5)?.neutral.mean ?? NaN;
  return { trained: status.windows.succeeded, rows, baseRate, logLoss, neutral5 };
}
