import type { MessagePort } from 'node:worker_threads';

import { z } from 'zod';

import type { AuditTask } from '../../activities/audit/index.js';
import type { PoolJob, PoolResult, PoolWorkName } from '../../activities/pool/pool-work.js';
import { ERROR_TYPES } from '../../data/errors.js';

/** What all threads of a pool are given. */
export const threadDataSchema = z.strictObject({ home: z.string(), packageRoot: z.string() });
export type ThreadData = z.output<typeof threadDataSchema>;

/** A job whose request fits its name by the signature of who sent it. */
export interface SentJob {
  readonly name: PoolWorkName;
  readonly request: unknown;
}

/** What a thread is given for a job. */
export interface ThreadTask {
  readonly job: SentJob;
  readonly task: AuditTask;
  /** What must be masked in all that it says and writes. */
  readonly secrets: readonly string[];
  /** Where its heartbeats go. */
  readonly beats: MessagePort;
}

/** Bundles that a job has verified, which the process counts. */
const verified = z.array(z.boolean());

/** How a job ended. An error loses its class on the way between threads. */
export const outcomeSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), verified, result: z.unknown() }),
  z.strictObject({
    ok: z.literal(false),
    verified,
    error: z.strictObject({ type: z.enum(ERROR_TYPES), message: z.string() }),
  }),
]);
export type Outcome = z.output<typeof outcomeSchema>;

/** Worker and thread are one build, so a job that was sent has the request of its name. */
export function isPoolJob(job: SentJob): job is PoolJob {
  return typeof job.name === 'string';
}

/** And what came of it is what its name says. */
export function isResultOf<Name extends PoolWorkName>(
  _name: Name,
  result: unknown,
): result is PoolResult<Name> {
  return result !== undefined;
}
