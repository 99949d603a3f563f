import type { ScheduleHandle } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';

import { InvalidInputError } from '../../../data/errors.js';
import { didYouMean } from '../../../data/text/near-matches.js';
import { addDays, isIsoDate } from '../../../data/time/dates.js';
import { checkedRunInput } from '../check-run-input.js';
import type { Cli } from '../cli.js';
import type { Connected } from '../../runs/connect.js';
import { withClient } from '../../runs/connect.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { formatTime, renderTable } from '../format.js';
import type { Lines } from '../printer.js';
import type { FlagTexts } from '../run-flags.js';
import { EXCHANGE_ZONE, readDays, readName, readTimeOfDay, scheduleOf } from '../schedule-of.js';
import { systemUser } from '../system-user.js';
import { unusedFlags } from '../unused-flags.js';

export interface ScheduleFlags {
  readonly json?: boolean;
  readonly reason?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Stops a schedule from starting runs. */
export async function pauseSchedule(cli: Cli, name: string, flags: ScheduleFlags): Promise<ExitCode> {
  return change(cli, name, flags, async (handle) => {
    await handle.pause(flags.reason ?? 'paused');
    return 'paused';
  });
}

/** Lets a paused schedule start runs again. */
export async function unpauseSchedule(cli: Cli, name: string, flags: ScheduleFlags): Promise<ExitCode> {
  return change(cli, name, flags, async (handle) => {
    await handle.unpause('unpaused');
    return 'unpaused';
  });
}

/** Starts a schedule's run now, unless one is running. */
export async function triggerSchedule(cli: Cli, name: string, flags: ScheduleFlags): Promise<ExitCode> {
  return change(cli, name, flags, async (handle) => {
    // The server would take the request and skip it, with nothing but a counter to show for it.
    const [running] = (await handle.describe()).info.runningActions;
    if (running?.type === 'startWorkflow')
      throw new InvalidInputError([
        `schedule ${handle.scheduleId}: one of its runs is running (${running.workflow.workflowId}), and the next would be skipped`,
      ]);
    await handle.trigger('SKIP');
    return 'triggered; its run shows in gurukul list in a moment, where a session has passed since the last one';
  });
}

/** Starts a schedule's runs of past days, one after the other. */
export async function backfillSchedule(cli: Cli, name: string, flags: ScheduleFlags): Promise<ExitCode> {
  return change(cli, name, flags, async (handle) => {
    const { start, end, days } = backfillOf(flags);
    await handle.backfill({ start, end, overlap: 'BUFFER_ALL' });
    return `backfill of ${days} asked for`;
  });
}

/** Deletes a schedule; its runs stay. */
export async function deleteSchedule(cli: Cli, name: string, flags: ScheduleFlags): Promise<ExitCode> {
  return change(cli, name, flags, async (handle) => {
    await handle.delete();
    return 'deleted';
  });
}

/** Makes a schedule of runs of this input. */
export async function createSchedule(cli: Cli, name: string, flags: FlagTexts): Promise<ExitCode> {
  const problems = unusedFlags('schedule create', flags);
  readName(name, problems);
  const time = readTimeOfDay(flags['at'], problems);
  const days = readDays(flags['days'], problems);
  // Every run gets its own end; for the checks that is tomorrow.
  const checked = { ...flags, to: addDays(new Date().toISOString().slice(0, 10), 1) };
  const { given } = await checkedRunInput(cli, checked, problems);
  const { to: _end, completeUntil: _complete, ...named } = given;
  const author = systemUser();
  const input = author === undefined ? named : { author, ...named };
  await withClient(undefined, async ({ client }) => {
    try {
      await client.schedule.create(scheduleOf(name, input, time, days, flags['score'] === true));
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      throw new InvalidInputError([
        `schedule ${name} is there already: choose another name, or first gurukul schedule delete ${name}`,
      ]);
    }
    const { info } = await client.schedule.getHandle(name).describe();
    const [next] = info.nextActionTimes;
    print(
      cli,
      flags['json'] === true,
      { schedule: name, next: next?.toISOString() ?? null },
      () => `schedule ${name}: next run ${next === undefined ? 'unknown' : inIndia(next)}`,
    );
  });
  return EXIT.ok;
}

/** The schedules of the server, and when each starts its next run. */
export async function listSchedules(cli: Cli, json: boolean): Promise<ExitCode> {
  const found = await withClient(undefined, async ({ client }) => {
    const schedules = [];
    for await (const { scheduleId } of client.schedule.list()) {
      const { state, info } = await client.schedule.getHandle(scheduleId).describe();
      schedules.push({
        schedule: scheduleId,
        paused: state.paused,
        note: state.note ?? null,
        next: info.nextActionTimes[0]?.toISOString() ?? null,
        last: info.recentActions.at(-1)?.scheduledAt.toISOString() ?? null,
        running: info.runningActions.length > 0,
        skipped: info.numActionsSkippedOverlap,
      });
    }
    return schedules;
  });
  print(cli, json, found, () =>
    found.length === 0
      ? 'no schedules yet; make one with: gurukul schedule create NAME'
      : renderTable(
          ['schedule', 'state', 'next run', 'last run', 'skipped', 'note'],
          found.map(({ schedule, paused, next, last, running, skipped, note }) => [
            schedule,
            [paused ? 'paused' : 'active', ...(running ? ['running'] : [])].join(', '),
            next === null || paused ? '' : inIndia(new Date(next)),
            last === null ? '' : inIndia(new Date(last)),
            String(skipped),
            note ?? '',
          ]),
        ),
  );
  return EXIT.ok;
}

async function change(
  cli: Cli,
  name: string,
  { json }: ScheduleFlags,
  work: (handle: ScheduleHandle) => Promise<string>,
): Promise<ExitCode> {
  const done = await withClient(undefined, async ({ client }: Connected) => {
    try {
      const handle = client.schedule.getHandle(name);
      // The server takes some requests about schedules that it does not have.
      await handle.describe();
      return await work(handle);
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      const known: string[] = [];
      for await (const { scheduleId } of client.schedule.list()) known.push(scheduleId);
      throw new InvalidInputError([
        `there is no schedule ${name}${didYouMean(name, known)}; gurukul schedule list shows them`,
      ]);
    }
  });
  print(cli, json === true, { schedule: name, done }, () => `schedule ${name}: ${done}`);
  return EXIT.ok;
}

/** @throws InvalidInputError naming every wrong date. */
function backfillOf({ from, to }: ScheduleFlags): {
  readonly start: Date;
  readonly end: Date;
  readonly days: string;
} {
  const problems = Object.entries({ from, to })
    .filter(([, date]) => date === undefined || !isIsoDate(date))
    .map(([flag]) => `--${flag}: give a date that exists, as YYYY-MM-DD`);
  if (problems.length > 0 || from === undefined || to === undefined) throw new InvalidInputError(problems);
  if (from >= to) throw new InvalidInputError([`--from: must be before --to (${to})`]);
  const midnight = (date: string): Date => new Date(`${date}T00:00:00+05:30`);
  return { start: midnight(from), end: midnight(to), days: `${from} to ${to}` };
}

function inIndia(time: Date): string {
  const shifted = new Date(time.toLocaleString('en-US', { timeZone: EXCHANGE_ZONE }));
  return `${formatTime(shifted)} IST`;
}

function print(cli: Cli, json: boolean, facts: unknown, text: () => Lines): void {
  cli.out(json ? JSON.stringify(facts) : text());
}
