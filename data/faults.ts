import { closeSync, openSync } from 'node:fs';

import { z } from 'zod';

import { InvalidInputError, systemErrorCode } from './errors.js';
import { parseInput } from './schemas/problems.js';

const everyFault = {
  /** A regular expression: only passes whose subject it matches count. */
  on: z.string().refine(isPattern, { error: 'must be a regular expression' }).default(''),
  /** Passes let through first. */
  after: z.number().int().nonnegative().default(0),
  /** Passes struck after that, in this process. */
  times: z.union([z.number().int().positive(), z.literal('always')]).default(1),
  /** Milliseconds from the first strike after which the fault is over. */
  forMs: z.number().int().positive().optional(),
  /** A file that the first strike makes; where it is there, the fault is over, in every process. */
  mark: z.string().min(1).optional(),
};

/**
 * The named places where a fault can be planted, and what can go wrong there. They exist to try out, with
 * the real program, what happens when a disk is full or a trainer dies.
 */
const faultSchema = z.discriminatedUnion('at', [
  /** A file is about to be written; subject: its path. `truncate` and `flip` damage what gets there. */
  z.strictObject({
    at: z.literal('store.write'),
    do: z.enum(['ENOSPC', 'EIO', 'EACCES', 'truncate', 'flip']),
    ...everyFault,
  }),
  /** A line is about to be added to a JSON-lines file; subject: its path. */
  z.strictObject({ at: z.literal('store.append'), do: z.enum(['ENOSPC', 'EIO', 'EACCES']), ...everyFault }),
  /** A file is about to be read; subject: its path. */
  z.strictObject({ at: z.literal('store.read'), do: z.enum(['EIO', 'EACCES']), ...everyFault }),
  /** A trainer has told of progress; subject: `KIND ARM COHORT PHASE STEP `, then the symbols in hand. */
  z.strictObject({
    at: z.literal('trainer.progress'),
    do: z.enum(['crash', 'out-of-memory', 'exit-out-of-memory', 'hang']),
    ...everyFault,
  }),
  /** A train worker is about to beat for a job; subject: the job's kind. */
  z.strictObject({ at: z.literal('worker.heartbeat'), do: z.literal('lose'), ...everyFault }),
  /** A worker has done an activity; subject: its type. `again`: it is delivered a second time. */
  z.strictObject({ at: z.literal('worker.activity'), do: z.literal('again'), ...everyFault }),
  /** A worker or trainer process has been up for a while; `jump` moves its wall clock. Subject: `worker` or `trainer`. */
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

/** A fault and how often it was met. */
interface Armed {
  readonly fault: Fault;
  readonly on: RegExp;
  passes: number;
  over: boolean;
}

/** Undefined in production: then a fault point is one comparison. */
let armed: Armed[] | undefined;

/** Name of the environment variable that arms the faults of a worker and its trainers: a JSON list. */
export const FAULTS_VARIABLE = 'GURUKUL_FAULTS';

/**
 * Arms the faults that the environment names. Called once by a process that has fault points.
 *
 * @returns How many are armed.
 * @throws InvalidInputError naming everything wrong with the list.
 */
export function armFaultsFromEnv(env: NodeJS.ProcessEnv = process.env): number {
  const text = env[FAULTS_VARIABLE];
  if (text === undefined || text === '') return 0;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new InvalidInputError([`${FAULTS_VARIABLE}: must be a JSON list of faults`]);
  }
  const faults = parseInput(z.array(faultSchema), list, (path) => `${FAULTS_VARIABLE}: ${path}`);
  armFaults(faults);
  return faults.length;
}

/** Arms faults in this process, in place of those armed before; an empty list disarms. */
export function armFaults(faults: readonly z.input<typeof faultSchema>[]): void {
  armed =
    faults.length === 0
      ? undefined
      : faults.map((each) => {
          const fault = faultSchema.parse(each);
          return { fault, on: new RegExp(fault.on), passes: 0, over: false };
        });
}

/** A pass of a fault point: the fault that strikes now, if any. */
export function faultPoint<Point extends FaultPoint>(
  point: Point,
  subject: string,
): FaultOf<Point> | undefined {
  if (armed === undefined) return undefined;
  for (const candidate of armed) {
    const { fault, on } = candidate;
    if (isAt(fault, point) && on.test(subject) && strikes(candidate)) return fault;
  }
  return undefined;
}

function isAt<Point extends FaultPoint>(fault: Fault, point: Point): fault is FaultOf<Point> {
  return fault.at === point;
}

function strikes(candidate: Armed): boolean {
  const { after, times, forMs, mark } = candidate.fault;
  if (candidate.over) return false;
  candidate.passes += 1;
  if (candidate.passes <= after) return false;
  if (times !== 'always' && candidate.passes >= after + times) candidate.over = true;
  if (candidate.passes === after + 1) {
    if (mark !== undefined && !makeMark(mark)) {
      candidate.over = true;
      return false;
    }
    if (forMs !== undefined) setTimeout(() => (candidate.over = true), forMs).unref();
  }
  return true;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** False where it is there already. */
function makeMark(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
