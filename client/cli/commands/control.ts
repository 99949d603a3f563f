import type { Command } from 'commander';

import { MAX_COHORT_CONCURRENCY } from '../../../data/schemas/run-choices.js';
import type { Cli } from '../cli.js';
import type { ControlFlags } from '../verbs/control.js';
import { JSON_LINE, RUN } from '../shared-flags.js';

/** `gurukul pause|unpause|cancel|set-concurrency RUN`: what operators ask of a running run. */
export function addControlCommands(program: Command, cli: Cli): void {
  program
    .command('pause')
    .description('stop new work and checkpoint what trains; it lasts until unpause, over restarts too')
    .argument(...RUN)
    .option('--reason <text>', 'shown wherever the run is shown')
    .option(...JSON_LINE)
    .action(async (runId: string, flags: ControlFlags) => {
      const { pause } = await import('../verbs/control.js');
      process.exitCode = await pause(cli, runId, flags);
    });
  program
    .command('unpause')
    .description('continue after a pause, from the checkpoints')
    .argument(...RUN)
    .option(...JSON_LINE)
    .action(async (runId: string, flags: ControlFlags) => {
      const { unpause } = await import('../verbs/control.js');
      process.exitCode = await unpause(cli, runId, flags);
    });
  program
    .command('set-concurrency')
    .description('how many cohorts are in flight at once, from now on')
    .argument(...RUN)
    .argument('<cohorts>', `1 to ${MAX_COHORT_CONCURRENCY}; cohorts that run are left alone`)
    .option(...JSON_LINE)
    .action(async (runId: string, cohorts: string, flags: ControlFlags) => {
      const { setConcurrency } = await import('../verbs/control.js');
      process.exitCode = await setConcurrency(cli, runId, cohorts, flags);
    });
  program
    .command('cancel')
    .description('end a run in order: trainers write their checkpoints; resume continues from there')
    .argument(...RUN)
    .option('--reason <text>', 'shown wherever the run is shown')
    .option(...JSON_LINE)
    .action(async (runId: string, flags: ControlFlags) => {
      const { cancel } = await import('../verbs/control.js');
      process.exitCode = await cancel(cli, runId, flags);
    });
}
