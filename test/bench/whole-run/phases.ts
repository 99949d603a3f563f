import { z } from 'zod';

import { PHASES } from '../../../data/schemas/run-status.js';
import type { Phase } from '../../../data/schemas/run-status.js';

/** When a run was in a phase, in milliseconds since 1970. */
export interface PhaseSpan {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

const phaseLine = z.looseObject({
  event: z.literal('phase'),
  phase: z.enum(PHASES),
  at: z.iso.datetime(),
});
const firstTaskLine = z.looseObject({ msg: z.literal('first task'), time: z.number() });

/**
 * The phases of a run that is done, one after the other: from its first task, each until the next one is recorded. The
 * last one, `audit`, ends when the bundle is verified and in its place.
 *
 * @param lines Of its telemetry.
 * @throws RangeError for a run that is not done.
 */
export function phaseSpans(lines: readonly string[], firstTask: number): PhaseSpan[] {
  const recorded = lines.flatMap((line) => {
    const read = phaseLine.safeParse(jsonOr(line));
    return read.success ? [{ phase: read.data.phase, at: Date.parse(read.data.at) }] : [];
  });
  const last = recorded.at(-1);
  if (last?.phase !== 'done') throw new RangeError(`the run is not done, but ${last?.phase ?? 'not begun'}`);
  const begun = [
    { phase: 'plan' as const, at: firstTask },
    ...recorded.filter(({ phase }) => phase !== 'plan'),
  ];
  return begun
    .slice(0, -1)
    .map(({ phase, at }, place) => ({ phase, from: at, to: begun[place + 1]?.at ?? at }));
}

/** Seconds by phase; a phase that came twice counts with both. */
export function secondsByPhase(
  spans: readonly PhaseSpan[],
  secondsOf: (span: PhaseSpan) => number = ({ from, to }) => (to - from) / 1000,
): Partial<Record<Phase, number>> {
  const seconds: Partial<Record<Phase, number>> = {};
  for (const span of spans) seconds[span.phase] = (seconds[span.phase] ?? 0) + secondsOf(span);
  return seconds;
}

/** When the first task of any worker began, from the lines of their logs; undefined: none has. */
export function firstTaskAt(lines: readonly string[]): number | undefined {
  const times = lines.flatMap((line) => {
    const read = firstTaskLine.safeParse(jsonOr(line));
    return read.success ? [read.data.time] : [];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

function jsonOr(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
