import { loadCalendar } from '../../data/calendar.js';
import { InvalidInputError } from '../../data/errors.js';
import { parseInput } from '../../data/schemas/parse-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { dueRequestSchema } from '../../data/schemas/schedule.js';
import { readJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { runsInHome } from '../../data/store/runs-in-home.js';
import { addDays, isoDate } from '../../data/time/dates.js';
import type { DueRun } from './activities.js';

/** Offset of the exchange's clock from UTC; it has no daylight saving time. */
const IST_AHEAD_MS = 5.5 * 3_600_000;
/** Days searched for the last session: no closure is nearly as long. */
const MAX_DAYS_BACK = 30;

/**
 * The run that a schedule has to start: on all bars up to the last session that had ended at the scheduled
 * time. Its id consists of the schedule's name and that time on the exchange's clock.
 *
 * @throws InvalidInput when the schedule's own input is wrong.
 */
export async function dueRun(
  home: Home,
  packageRoot: string,
  request: { readonly schedule: string; readonly at: string; readonly input: unknown },
): Promise<DueRun> {
  const { input, ...when } = request;
  const { schedule, at } = parseInput(dueRequestSchema, when);
  const [date = '', clock = ''] = new Date(Date.parse(at) + IST_AHEAD_MS).toISOString().split('T');
  const to = addDays(lastSession(packageRoot, date, clock.slice(0, 5)), 1);
  const runId = `${schedule}_${date.replaceAll('-', '')}_${clock.slice(0, 8).replaceAll(':', '')}`;
  const due = parseInput(runInputSchema, { ...(typeof input === 'object' ? input : {}), runId, to });
  const before = await doneOn(home, schedule, to, runId);
  return before === undefined
    ? { runId, input: due, why: `bars up to ${addDays(to, -1)}` }
    : {
        runId: null,
        input: null,
        why: `no session since run ${before}, which has all bars up to ${addDays(to, -1)}`,
      };
}

/** The last session that had ended at a time of the exchange's clock. In years outside the calendar, Mondays to Fridays count as sessions. */
function lastSession(packageRoot: string, date: string, clock: string): string {
  const calendar = loadCalendar(packageRoot);
  for (let back = clock < '15:30' ? 1 : 0; back < MAX_DAYS_BACK; back += 1) {
    const day = Date.parse(`${addDays(date, -back)}T00:00:00Z`) / 86_400_000;
    const known = day >= calendar.from && day < calendar.to;
    const weekday = (day + 4) % 7;
    if (known ? calendar.isSession(day) : weekday !== 0 && weekday !== 6) return isoDate(day);
  }
  throw new InvalidInputError([`the calendar has no session in the ${MAX_DAYS_BACK} days before ${date}`]);
}

/** A finished run of the schedule on the same bars, other than this one. */
async function doneOn(home: Home, schedule: string, to: string, runId: string): Promise<string | undefined> {
  const ids = (await runsInHome(home)).filter((id) => id !== runId && isOf(schedule, id));
  for (const id of ids.reverse()) {
    const input = await readJson(home.runInput(id), runInputSchema).catch(() => undefined);
    if (input?.to !== to) continue;
    const status = await readJson(home.status(id), runStatusSchema).catch(() => undefined);
    if (status?.phase === 'done') return id;
  }
  return undefined;
}

function isOf(schedule: string, runId: string): boolean {
  return runId.startsWith(`${schedule}_`) && /^_\d{8}_\d{6}$/.test(runId.slice(schedule.length));
}
