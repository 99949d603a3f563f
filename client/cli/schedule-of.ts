import type { ScheduleOptions } from '@temporalio/client';

import { SCHEDULE_NAME_PATTERN } from '../../data/schemas/schedule.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import type { scheduledRun } from '../../workflows/scheduled-run.js';
import { WORKFLOW_QUEUE } from '../runs/start-run.js';

/** Time zone of the exchange. */
export const EXCHANGE_ZONE = 'Asia/Kolkata';
/** Half an hour after the close, when the providers have the day's bars. */
const USUAL_TIME = '16:00';

const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const NAMES = {
  sun: 'SUNDAY',
  mon: 'MONDAY',
  tue: 'TUESDAY',
  wed: 'WEDNESDAY',
  thu: 'THURSDAY',
  fri: 'FRIDAY',
  sat: 'SATURDAY',
} as const;
type Day = (typeof WEEK)[number];

/** A time of the day on the exchange's clock. */
interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

/**
 * A Temporal schedule that starts a run at a time of the exchange's day. A run that still goes on when the
 * next is due is not joined by it; a server that was down starts what it missed within a day.
 *
 * @param input Keys of the run's input that the user has given.
 * @param score Whether the champion scores the newest bars after each run.
 */
export function scheduleOf(
  name: string,
  input: Readonly<Record<string, unknown>>,
  { hour, minute }: TimeOfDay,
  days: readonly Day[],
  score = false,
): ScheduleOptions {
  return {
    scheduleId: name,
    spec: {
      calendars: [{ hour, minute, dayOfWeek: days.map((day) => NAMES[day]) }],
      timezone: EXCHANGE_ZONE,
    },
    action: {
      type: 'startWorkflow',
      workflowType: 'scheduledRun' satisfies typeof scheduledRun.name,
      workflowId: workflowIds.scheduled(name),
      taskQueue: WORKFLOW_QUEUE,
      args: [{ schedule: name, input, ...(score ? { score } : {}) }],
      staticSummary: `schedule ${name}`,
    },
    policies: { overlap: 'SKIP', catchupWindow: '1 day' },
  };
}

/** Adds to the problems what is wrong with a schedule's name. */
export function readName(name: string, problems: string[]): void {
  if (!SCHEDULE_NAME_PATTERN.test(name))
    problems.push(`name: must be 1 to 60 letters, digits, dots, dashes or underscores, not ${name}`);
}

/** `16:00`, or a problem more. */
export function readTimeOfDay(given: unknown, problems: string[]): TimeOfDay {
  const text = typeof given === 'string' ? given : USUAL_TIME;
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const time = { hour: Number(hour), minute: Number(minute) };
  if (hour === '' || time.hour > 23 || time.minute > 59)
    problems.push(`--at: must be a time of the day such as ${USUAL_TIME}, not ${text}`);
  return time;
}

/** `mon-fri` or `mon,wed`, or a problem more. */
export function readDays(listed: unknown, problems: string[]): Day[] {
  const given = (typeof listed === 'string' ? listed : 'mon-fri').toLowerCase();
  const days = given.split(',').flatMap((part) => {
    const [first = '', last = first] = part.trim().split('-');
    const [from, to] = [WEEK.findIndex((day) => day === first), WEEK.findIndex((day) => day === last)];
    return from < 0 || to < from ? [] : WEEK.slice(from, to + 1);
  });
  if (days.length === 0 || given.split(',').some((part) => !WEEK.some((day) => part.trim().startsWith(day))))
    problems.push(`--days: must be days such as mon-fri or mon,wed, not ${given}`);
  return [...new Set(days)];
}
