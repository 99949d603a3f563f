import type { ScheduleHandle } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import type { Command } from 'commander';

import { InvalidInputError } from '../../../data/errors.js';
import { addDays, isIsoDate } from '../../../data/time/dates.js';
import { checkedRunInput } from '../check-run-input.js';
import type { Cli } from '../cli.js';
import type { Connected } from '../connect.js';
import { withClient } from '../connect.js';
import { EXIT } from '../exit.js';
import { formatTime, renderTable } from '../format.js';
import { readInputKeys } from '../read-run-input.js';
import type { FlagTexts } from '../read-run-input.js';
import { addRunFlags } from '../run-flags.js';
import { EXCHANGE_ZONE, readDays, readName, readTimeOfDay, scheduleOf } from '../schedule-of.js';

const NAME = ['<name>', 'name of the schedule'] as const;
const JSON_FLAG = ['--json', 'one JSON document on stdout'] as const;

interface Flags {
  readonly json?: boolean;
  readonly reason?: string;
  readonly from?: string;
  readonly to?: string;
}

/** `gurukul schedule …`: runs that start by themselves after the NSE's close. */
export function addScheduleVerb(program: Command, cli: Cli): void {
  const schedule = program.command('schedule').description('runs that start by themselves, on new bars');
  addRunFlags(schedule.command('create').description('a run on every trading day, after the close'))
    .argument('<name>', 'name of the schedule, and the beginning of its runs’ ids')
    .option('--at <HH:MM>', 'time of the day in India (default: 16:00, half an hour after the close)')
    .option('--days <list>', 'days of the week (default: mon-fri)')
    .option(...JSON_FLAG)
    .action(async (name: string, flags: FlagTexts) => create(cli, name, flags));
  schedule
    .command('list')
    .description('the schedules, and when each starts its next run')
    .option(...JSON_FLAG)
    .action(async (flags: Flags) => list(cli, flags.json === true));

  const add = (
    verb: string,
    what: string,
    work: (handle: ScheduleHandle, flags: Flags) => Promise<string>,
    extend: (command: Command) => Command = (command) => command,
  ): void => {
    extend(
      schedule
        .command(verb)
        .description(what)
        .argument(...NAME),
    )
      .option(...JSON_FLAG)
      .action(async (name: string, flags: Flags) => change(cli, name, flags, work));
  };
  add(
    'pause',
    'start no more runs; one that runs goes on',
    async (handle, { reason }) => {
      await handle.pause(reason ?? 'paused');
      return 'paused';
    },
    (command) => command.option('--reason <text>', 'shown with the schedule'),
  );
  add('unpause', 'start runs again', async (handle) => {
    await handle.unpause('unpaused');
    return 'goes on';
  });
  add('trigger', 'start its run now, unless one runs', async (handle) => {
    // The server would take the request and skip it, with nothing but a counter to show for it.
    const [running] = (await handle.describe()).info.runningActions;
    if (running?.type === 'startWorkflow')
      throw new InvalidInputError([
        `schedule ${handle.scheduleId}: one of its runs goes on (${running.workflow.workflowId}), and the next would be skipped`,
      ]);
    await handle.trigger('SKIP');
    return 'triggered; its run shows in gurukul list in a moment, where a session has passed since the last one';
  });
  add(
    'backfill',
    'start the runs of past days, one after the other, behind all others',
    async (handle, flags) => {
      const { start, end, days } = backfillOf(flags);
      await handle.backfill({ start, end, overlap: 'BUFFER_ALL' });
      return `backfill of ${days} asked for`;
    },
    (command) =>
      command
        .option('--from <date>', 'first day, YYYY-MM-DD')
        .option('--to <date>', 'first day no longer filled'),
  );
  add('delete', 'forget the schedule; its runs stay', async (handle) => {
    await handle.delete();
    return 'deleted';
  });
}

async function create(cli: Cli, name: string, flags: FlagTexts): Promise<void> {
  const problems: string[] = [];
  readName(name, problems);
  const time = readTimeOfDay(flags['at'], problems);
  const days = readDays(flags['days'], problems);
  for (const [key, flag] of [
    ['to', '--to'],
    ['runId', '--run-id'],
  ] as const)
    if (flags[key] !== undefined) problems.push(`${flag}: a schedule sets it for every run by itself`);
  // Every run gets its own end; for the checks that is tomorrow.
  const checked = { ...flags, to: addDays(new Date().toISOString().slice(0, 10), 1) };
  await checkedRunInput(cli, checked, problems);
  const { to: _end, ...input } = readInputKeys(checked, cli.cwd);
  await withClient(undefined, async ({ client }) => {
    try {
      await client.schedule.create(scheduleOf(name, input, time, days));
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      throw new InvalidInputError([
        `schedule ${name} is there already: choose another name, or first gurukul schedule delete ${name}`,
      ]);
    }
    const { info } = await client.schedule.getHandle(name).describe();
    const [next] = info.nextActionTimes;
    tell(
      cli,
      flags['json'] === true,
      { schedule: name, next: next?.toISOString() ?? null },
      () => `schedule ${name}: next run ${next === undefined ? 'unknown' : inIndia(next)}`,
    );
  });
  process.exitCode = EXIT.ok;
}

async function list(cli: Cli, json: boolean): Promise<void> {
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
  tell(cli, json, found, () =>
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
  process.exitCode = EXIT.ok;
}

async function change(
  cli: Cli,
  name: string,
  flags: Flags,
  work: (handle: ScheduleHandle, flags: Flags) => Promise<string>,
): Promise<void> {
  const done = await withClient(undefined, async ({ client }: Connected) => {
    try {
      const handle = client.schedule.getHandle(name);
      // The server takes some requests about schedules that it does not have.
      await handle.describe();
      return await work(handle, flags);
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      throw new InvalidInputError([`there is no schedule ${name}; gurukul schedule list shows them`]);
    }
  });
  tell(cli, flags.json === true, { schedule: name, done }, () => `schedule ${name}: ${done}`);
  process.exitCode = EXIT.ok;
}

/** @throws InvalidInputError naming every wrong date. */
function backfillOf({ from, to }: Flags): {
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

function tell(cli: Cli, json: boolean, facts: unknown, text: () => string): void {
  cli.out(json ? JSON.stringify(facts) : text());
}
