import { readFileSync } from 'node:fs';
import path from 'node:path';

import { packageRoot } from '../../data/store/package-root.js';
import { DAY } from './bar.js';

/** The sessions of the NSE, read from the project's list without the project's code. */
export interface Sessions {
  /** Day numbers, ascending. */
  readonly days: readonly number[];
  readonly isSession: (day: number) => boolean;
  /** Starts of a session's bars in minutes of the day. */
  readonly starts: (day: number, step: 1 | 5) => readonly number[];
}

const FIRST = dayNumberOf('2020-01-01');
/** The hours of a later session are not announced yet. */
const END = dayNumberOf('2026-07-01');

export function dayNumberOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 86_400_000;
}

export function nseSessions(): Sessions {
  const file = path.join(packageRoot, 'data', 'reference', 'nse-calendar.csv');
  const rows = new Map<number, { readonly status: string; readonly hours: string }>();
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/).slice(1)) {
    // Only the name is ever quoted, and hours hold no comma.
    const [date = '', , status = ''] = line.split(',');
    if (date !== '') rows.set(dayNumberOf(date), { status, hours: line.slice(line.lastIndexOf(',') + 1) });
  }
  const isSession = (day: number): boolean => {
    const status = rows.get(day)?.status;
    if (status !== undefined) return status !== 'holiday';
    const weekday = new Date(day * 86_400_000).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  };
  const days: number[] = [];
  for (let day = FIRST; day < END; day += 1) if (isSession(day)) days.push(day);
  return { days, isSession, starts: (day, step) => startsOf(rows.get(day)?.hours ?? '', step) };
}

function startsOf(hours: string, step: number): number[] {
  const starts: number[] = [];
  for (const period of (hours === '' ? '09:15-15:30' : hours).split(' ')) {
    const [from = 0, to = 0] = period.split('-').map((clock) => {
      const [hour = 0, minute = 0] = clock.split(':').map(Number);
      return 60 * hour + minute;
    });
    for (let start = from; start < to; start += step) starts.push(start);
  }
  return starts;
}

/** Times of all bars that the sessions have, ascending. */
export function slotsOf(sessions: Sessions, days: readonly number[], kind: '1day' | '5minute'): number[] {
  return days.flatMap((day) =>
    kind === '1day' ? [day * DAY] : sessions.starts(day, 5).map((start) => day * DAY + start),
  );
}
