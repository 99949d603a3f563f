import type { Calendar } from '../../calendar/calendar.js';
import type { DateFormat } from '../../schemas/run-choices.js';
import type { NumericDate } from './dates.js';
import { dayInOrder } from './dates.js';

/** In which order day and month are, and how that is known; undefined if the file leaves it open. */
export interface DateOrder {
  readonly order: DateFormat;
  readonly why: string;
}

/** Bars stand close together: an order that spreads them over so many times as many days needs better evidence. */
const SPARSE = 3;

/**
 * Finds the order of day and month of all numeric dates of a file, such as 03/04/2023: what the user said; else the
 * order in which all dates exist; else the one in which all are sessions, or rise or fall throughout, and in the
 * other order not; else what the tool writes always.
 *
 * @param dates Distinct dates in the order of the file.
 */
export function findDateOrder(
  dates: readonly NumericDate[],
  {
    said,
    usual,
    calendar,
  }: { readonly said?: DateFormat; readonly usual?: DateFormat; readonly calendar: Calendar },
): DateOrder | undefined {
  if (said !== undefined) return { order: said, why: 'as --date-format says' };
  const readings = (['dmy', 'mdy'] as const).map((order) => {
    const days = dates.map((date) => dayInOrder(date, order));
    const known = days.filter((day) => day !== undefined);
    return { order, days: known, wrong: days.length - known.length };
  });
  const [first, second] = readings;
  if (first === undefined || second === undefined) return undefined;
  if (first.wrong !== second.wrong) {
    const { order } = first.wrong < second.wrong ? first : second;
    return { order, why: 'no other order gives dates' };
  }
  if (first.days.every((day, index) => day === second.days[index]))
    return { order: 'dmy', why: 'both orders are equal' };
  const bySessions = betterOf(allSessions(first.days, calendar), allSessions(second.days, calendar));
  const byRising = betterOf(isMonotone(first.days), isMonotone(second.days));
  if (bySessions !== undefined && byRising !== undefined && bySessions !== byRising) return undefined;
  const [spread, other] = [spanOf(first.days), spanOf(second.days)];
  const sparse = spread > SPARSE * other ? 'dmy' : other > SPARSE * spread ? 'mdy' : undefined;
  if (sparse !== undefined && [bySessions, byRising].includes(sparse)) return undefined;
  if (bySessions !== undefined)
    return { order: bySessions, why: 'only in this order all dates are trading sessions' };
  if (byRising !== undefined) return { order: byRising, why: 'only in this order the dates are sorted' };
  return usual === undefined ? undefined : { order: usual, why: 'as this tool writes dates' };
}

function spanOf(days: readonly number[]): number {
  return (
    days.reduce((a, b) => Math.max(a, b), -Infinity) - days.reduce((a, b) => Math.min(a, b), Infinity) + 1
  );
}

function betterOf(dmy: boolean, mdy: boolean): 'dmy' | 'mdy' | undefined {
  return dmy === mdy ? undefined : dmy ? 'dmy' : 'mdy';
}

function allSessions(days: readonly number[], calendar: Calendar): boolean {
  return days.every((day) => day < calendar.from || day >= calendar.to || calendar.isSession(day));
}

function isMonotone(days: readonly number[]): boolean {
  const steps = days.map((day, index) => (index === 0 ? 0 : day - (days[index - 1] ?? day)));
  return steps.every((step) => step >= 0) || steps.every((step) => step <= 0);
}
