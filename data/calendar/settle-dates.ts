import { InvalidInputError } from '../errors.js';
import { SYNTHETIC_END } from '../schemas/run-choices.js';
import type { OpenInput } from '../schemas/run-input.js';
import { addDays } from '../time/dates.js';
import type { Calendar } from './calendar.js';
import { completeUntil, lastSessionBefore } from './complete-sessions.js';

/** The dates of a run that depend on when it is settled. */
export interface SettledDates {
  /** End of the run, exclusive. */
  readonly to: string;
  /** Absent for synthetic bars, which no clock changes. */
  readonly completeUntil?: string | undefined;
}

/** The dates that an input has settled. */
export function datesOf({ to, completeUntil: complete }: SettledDates): SettledDates {
  return { to, ...(complete === undefined ? {} : { completeUntil: complete }) };
}

/**
 * Settles the end of a run on real bars: which sessions were complete by the clock, and, where the input gives no end,
 * the day after the last of them. What the input has already stays, so that a resume changes nothing.
 *
 * @param nowMs Unix time in milliseconds.
 * @throws InvalidInputError when the run would end before it begins.
 */
export function settleDates<Input extends OpenInput>(
  input: Input,
  calendar: Calendar,
  nowMs: number,
): Input & SettledDates {
  if (input.source === 'synthetic') {
    const to = input.to ?? SYNTHETIC_END;
    requireOrder(input.from, to, `to (${to})`);
    return { ...input, to };
  }
  const complete = input.completeUntil ?? completeUntil(calendar, nowMs);
  const to = input.to ?? addDays(lastSessionBefore(calendar, complete), 1);
  requireOrder(input.from, to, `${to}, the day after the last complete session`);
  return { ...input, to, completeUntil: complete };
}

function requireOrder(from: string, to: string, what: string): void {
  if (from >= to) throw new InvalidInputError([`from: must be before ${what}`]);
}
