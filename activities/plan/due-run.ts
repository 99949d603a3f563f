import { loadCalendar } from '../../data/calendar/calendar.js';
import { completeUntil, lastSessionBefore } from '../../data/calendar/complete-sessions.js';
import { parseInput } from '../../data/schemas/parse-input.js';
import { openInputSchema, runInputSchema } from '../../data/schemas/run-input.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { dueRequestSchema } from '../../data/schemas/schedule.js';
import type { Home } from '../../data/store/home.js';
import { runsInHome } from '../../data/store/runs-in-home.js';
import { readStoredJson } from '../../data/store/stored-files.js';
import { EXCHANGE_OFFSET_MS, addDays } from '../../data/time/dates.js';
import type { DueRun } from './activities.js';

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
  const time = Date.parse(at);
  const [date = '', clock = ''] = new Date(time + EXCHANGE_OFFSET_MS).toISOString().split('T');
  const calendar = loadCalendar(packageRoot);
  const to = addDays(lastSessionBefore(calendar, completeUntil(calendar, time)), 1);
  const runId = `${schedule}_${date.replaceAll('-', '')}_${clock.slice(0, 8).replaceAll(':', '')}`;
  const draft = { ...(typeof input === 'object' ? input : {}), runId, to };
  const due = { ...parseInput(openInputSchema, draft), to };
  const before = await doneOn(home, schedule, to, runId);
  return before === undefined
    ? { runId, input: due, why: `bars up to ${addDays(to, -1)}` }
    : {
        runId: null,
        input: null,
        why: `no session since run ${before}, which has all bars up to ${addDays(to, -1)}`,
      };
}

/** A finished run of the schedule on the same bars, other than this one. */
async function doneOn(home: Home, schedule: string, to: string, runId: string): Promise<string | undefined> {
  const ids = (await runsInHome(home)).filter((id) => id !== runId && isOf(schedule, id));
  for (const id of ids.reverse()) {
    const input = await readStoredJson(home, home.runInput(id), runInputSchema).catch(() => undefined);
    if (input?.to !== to) continue;
    const status = await readStoredJson(home, home.status(id), runStatusSchema).catch(() => undefined);
    if (status?.phase === 'done') return id;
  }
  return undefined;
}

function isOf(schedule: string, runId: string): boolean {
  return runId.startsWith(`${schedule}_`) && /^_\d{8}_\d{6}$/.test(runId.slice(schedule.length));
}
