import { z } from 'zod';

const everyFault = {
  /** A regular expression; only hits whose subject matches it count. */
  on: z.string().refine(isPattern, { error: 'must be a regular expression' }).default(''),
  /** Number of hits to let through before the fault is active. */
  after: z.number().int().nonnegative().default(0),
  /** Number of hits that fail after that, in this process. */
  times: z.union([z.number().int().positive(), z.literal('always')]).default(1),
  /** The fault ends this many milliseconds after its first failure. */
  forMs: z.number().int().positive().optional(),
  /** A marker file that the first failure creates; once it exists, the fault is over in every process. */
  mark: z.string().min(1).optional(),
};

/**
 * Fault injection: the fault points of the program and what can be made to fail there. Tests use them to see,
 * with the real program, what happens when a disk is full or a trainer dies. In production none is armed.
 * (What can go wrong by itself, and the pipeline's response, is in errors.ts.)
 */
export const faultSchema = z.discriminatedUnion('at', [
  /**
   * A file is about to be written; subject: its path. `truncate` and `flip` damage its content; `kill` ends the
   * process, as a lost machine would.
   */
  z.strictObject({
    at: z.literal('store.write'),
    do: z.enum(['ENOSPC', 'EIO', 'EACCES', 'truncate', 'flip', 'kill']),
    ...everyFault,
  }),
  /** A line is about to be appended to a JSON-lines file; subject: its path. */
  z.strictObject({
    at: z.literal('store.append'),
    do: z.enum(['ENOSPC', 'EIO', 'EACCES', 'kill']),
    ...everyFault,
  }),
  /** A file is about to be read; subject: its path. */
  z.strictObject({ at: z.literal('store.read'), do: z.enum(['EIO', 'EACCES']), ...everyFault }),
  /** A trainer has reported progress; subject: `KIND ARM COHORT PHASE STEP `, then the symbols in training. */
  z.strictObject({
    at: z.literal('trainer.progress'),
    do: z.enum(['crash', 'out-of-memory', 'exit-out-of-memory', 'hang']),
    ...everyFault,
  }),
  /** A train worker is about to send a heartbeat for a job; subject: the job's kind. */
  z.strictObject({ at: z.literal('worker.heartbeat'), do: z.literal('lose'), ...everyFault }),
  /**
   * A worker has completed an activity; subject: its type. `again`: the activity is delivered a second time; `kill`: the
   * process ends before the server has the answer.
   */
  z.strictObject({ at: z.literal('worker.activity'), do: z.enum(['again', 'kill']), ...everyFault }),
  /** A worker or trainer process has run for `whenMs`; `jump` moves its wall clock. Subject: `worker` or `trainer`. */
  z.strictObject({
    at: z.literal('process.clock'),
    do: z.literal('jump'),
    /** Milliseconds since the process started. */
    whenMs: z.number().int().nonnegative().default(0),
    /** Milliseconds by which the clock jumps. */
    byMs: z.number().int(),
    ...everyFault,
  }),
]);

export type Fault = z.output<typeof faultSchema>;
export type FaultPoint = Fault['at'];
export type FaultOf<Point extends FaultPoint> = Extract<Fault, { at: Point }>;

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
