import { z } from 'zod';

import { windowLabel } from '../../../../data/schemas/plan.js';
import type { Home } from '../../../../data/store/home.js';
import { telemetryEnd } from '../../../../data/telemetry/read-telemetry.js';
import type { WindowAttempt } from '../../contract/training.js';
import { failedCohortOf, failuresKey } from './event-keys.js';
import { eventLineOf } from './event-lines.js';
import type { WindowPlace } from './event-subjects.js';
import { fieldsOf, linesBack } from './indexed-lines.js';
import type { RunIndex } from './run-index.js';

/** Attempts that are told, the newest. */
const TOLD = 50;

const arm = z.enum(['real', 'placebo']);
const words = z.string().nullable();
const again = { cohort: z.string(), arm, attempt: z.number() };
const failedSchema = z.discriminatedUnion('event', [
  z.looseObject({
    event: z.literal('window_quarantined'),
    ...{ window: z.string(), arm, error: z.string(), lastWords: words, attempt: z.number() },
  }),
  z.looseObject({
    event: z.literal('window'),
    ...{ window: z.string(), unit: z.string(), error: words, message: words, attempt: z.number().nullable() },
  }),
  z.looseObject({ event: z.literal('shard'), shard: z.number(), ...again }),
  z.looseObject({ event: z.literal('prior'), ...again }),
]);

/**
 * Attempts at a window, at its shard or at its cohort's prior that ended without a result, as far as telemetry was read
 * and says so; the newest last. An event that was written twice counts once.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function failedAttempts(
  home: Home,
  run: string,
  index: RunIndex,
  place: WindowPlace,
): Promise<WindowAttempt[]> {
  const found = new Map<string, WindowAttempt>();
  const blocks = index.blocksWith([failuresKey(place.cohort)]);
  for await (const line of linesBack(home, run, blocks, await telemetryEnd(home, run))) {
    if (failedCohortOf(fieldsOf(line)) !== place.cohort) continue;
    const shown = eventLineOf(line);
    const attempt =
      shown === undefined ? undefined : attemptOf(place, shown.at, { event: shown.event, ...shown.fields });
    if (attempt === undefined) continue;
    found.set(JSON.stringify([shown?.id, attempt.attempt, attempt.error, attempt.message]), attempt);
    if (found.size === TOLD) break;
  }
  return [...found.values()].reverse();
}

/** Undefined where the attempt was at another shard or another window. */
function attemptOf(place: WindowPlace, at: string, event: unknown): WindowAttempt | undefined {
  const { data: failed } = failedSchema.safeParse(event);
  switch (failed?.event) {
    case undefined:
      return undefined;
    case 'window_quarantined': {
      const { window, attempt, error, lastWords } = failed;
      if (!windowsOf(place).includes(window)) return undefined;
      const message = `${window} ended the trainer by itself and is left out${lastWords === null ? '' : `: ${lastWords}`}`;
      return { at, of: `shard${ofArm(failed.arm)}`, attempt, error, message };
    }
    case 'window': {
      const { window, unit, attempt, error, message } = failed;
      if (window !== place.window) return undefined;
      const of = unit.startsWith('lost/') ? 'shard' : 'window';
      return { at, of, attempt, error: error ?? '', message: message ?? '' };
    }
    case 'shard':
      if (failed.shard !== place.shard) return undefined;
      return earlierOnes(at, `shard${ofArm(failed.arm)}`, failed.attempt);
    case 'prior':
      return earlierOnes(at, `prior${ofArm(failed.arm)}`, failed.attempt);
  }
}

/** Attempts before the one that finished, of which only their number is told. */
function earlierOnes(at: string, of: string, attempt: number): WindowAttempt {
  const before = attempt - 1;
  return {
    ...{ at, of, attempt: before, error: '' },
    message: `${before === 1 ? 'one attempt' : `${before} attempts`} before the one that finished then; its history in Temporal has why`,
  };
}

function windowsOf({ cohort, symbols }: WindowPlace): string[] {
  const [start = '', end = ''] = cohort.split('_to_');
  return symbols.map((symbol) => windowLabel(symbol, start, end));
}

function ofArm(of: 'real' | 'placebo'): string {
  return of === 'real' ? '' : ' of the placebo';
}
