import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { addRunFlags } from '../run-flags.js';
import type { FlagTexts } from '../run-flags.js';
import type { ScheduleFlags } from '../verbs/schedule.js';
import type { JsonFlags } from '../shared-flags.js';
import { JSON_DOCUMENT } from '../shared-flags.js';

const NAME = ['<name>', 'name of the schedule'] as const;

/** `gurukul schedule …`: runs that start by themselves after the NSE's close. */
export function addScheduleCommand(program: Command, cli: Cli): void {
  const schedule = program.command('schedule').description('runs that start by themselves, on new bars');
  addRunFlags(schedule.command('create').description('a run on every trading day, after the close'))
    .argument('<name>', 'name of the schedule, and the beginning of its runs’ ids')
    .option('--at <HH:MM>', 'time of the day in India (default: 16:00, half an hour after the close)')
    .option('--days <list>', 'days of the week (default: mon-fri)')
    .option('--score', 'after each run, let the champion score the newest bars')
    .option(...JSON_DOCUMENT)
    .action(async (name: string, flags: FlagTexts) => {
      const { createSchedule } = await import('../verbs/schedule.js');
      process.exitCode = await createSchedule(cli, name, flags);
    });
  schedule
    .command('list')
    .description('the schedules, and when each starts its next run')
    .option(...JSON_DOCUMENT)
    .action(async ({ json = false }: JsonFlags) => {
      const { listSchedules } = await import('../verbs/schedule.js');
      process.exitCode = await listSchedules(cli, json);
    });
  schedule
    .command('pause')
    .description('start no more runs; a running one continues')
    .argument(...NAME)
    .option('--reason <text>', 'shown with the schedule')
    .option(...JSON_DOCUMENT)
    .action(async (name: string, flags: ScheduleFlags) => {
      const { pauseSchedule } = await import('../verbs/schedule.js');
      process.exitCode = await pauseSchedule(cli, name, flags);
    });
  schedule
    .command('unpause')
    .description('start runs again')
    .argument(...NAME)
    .option(...JSON_DOCUMENT)
    .action(async (name: string, flags: ScheduleFlags) => {
      const { unpauseSchedule } = await import('../verbs/schedule.js');
      process.exitCode = await unpauseSchedule(cli, name, flags);
    });
  schedule
    .command('trigger')
    .description('start its run now, unless one runs')
    .argument(...NAME)
    .option(...JSON_DOCUMENT)
    .action(async (name: string, flags: ScheduleFlags) => {
      const { triggerSchedule } = await import('../verbs/schedule.js');
      process.exitCode = await triggerSchedule(cli, name, flags);
    });
  schedule
    .command('backfill')
    .description('start the runs of past days, one after the other, behind all others')
    .argument(...NAME)
    .option('--from <date>', 'first day, YYYY-MM-DD')
    .option('--to <date>', 'end date, exclusive')
    .option(...JSON_DOCUMENT)
    .action(async (name: string, flags: ScheduleFlags) => {
      const { backfillSchedule } = await import('../verbs/schedule.js');
      process.exitCode = await backfillSchedule(cli, name, flags);
    });
  schedule
    .command('delete')
    .description('forget the schedule; its runs stay')
    .argument(...NAME)
    .option(...JSON_DOCUMENT)
    .action(async (name: string, flags: ScheduleFlags) => {
      const { deleteSchedule } = await import('../verbs/schedule.js');
      process.exitCode = await deleteSchedule(cli, name, flags);
    });
}
