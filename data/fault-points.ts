import { closeSync, openSync } from 'node:fs';

import { systemErrorCode } from './errors.js';
import type { Fault, FaultOf, FaultPoint } from './schemas/faults.js';

/*
 * The fault points of the program: what asks there whether a fault is armed. Every command passes some of them, so they
 * load nothing that only arming needs.
 */

/** A fault and how often it was hit. */
interface Armed {
  readonly fault: Fault;
  readonly on: RegExp;
  hits: number;
  over: boolean;
}

/** Undefined in production, so that a fault point costs one comparison. */
let armed: Armed[] | undefined;

/** Plants these faults in this process in the place of all others. */
export function plantFaults(faults: readonly Fault[]): void {
  armed =
    faults.length === 0
      ? undefined
      : faults.map((fault) => ({ fault, on: new RegExp(fault.on), hits: 0, over: false }));
}

/** Call at a fault point: returns the fault to inject now, if any. */
export function faultPoint<Point extends FaultPoint>(
  point: Point,
  subject: string,
): FaultOf<Point> | undefined {
  if (armed === undefined) return undefined;
  for (const candidate of armed) {
    const { fault, on } = candidate;
    if (isAt(fault, point) && on.test(subject) && isDue(candidate)) return fault;
  }
  return undefined;
}

function isAt<Point extends FaultPoint>(fault: Fault, point: Point): fault is FaultOf<Point> {
  return fault.at === point;
}

/** Counts a hit and says whether the fault is injected at it. */
function isDue(candidate: Armed): boolean {
  const { after, times, forMs, mark } = candidate.fault;
  if (candidate.over) return false;
  candidate.hits += 1;
  if (candidate.hits <= after) return false;
  if (times !== 'always' && candidate.hits >= after + times) candidate.over = true;
  if (candidate.hits === after + 1) {
    if (mark !== undefined && !createMarker(mark)) {
      candidate.over = true;
      return false;
    }
    if (forMs !== undefined) setTimeout(() => (candidate.over = true), forMs).unref();
  }
  return true;
}

/** Creates an empty file; false if it exists already. */
function createMarker(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
