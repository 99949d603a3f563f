import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { JSON_LINE, RUN } from '../shared-flags.js';
import type { StatusFlags } from '../verbs/status.js';

/** `gurukul status RUN`: a run's counts by phase and reason, running or ended, what failed, and what holds it up. */
export function addStatusCommand(program: Command, cli: Cli): void {
  program
    .command('status')
    .description("one run's counts by phase and reason, what failed, and what holds it up")
    .argument(...RUN)
    .option('--failed', 'list every failed window with its error')
    .option(...JSON_LINE)
    .action(async (runId: string, flags: StatusFlags) => {
      const { status } = await import('../verbs/status.js');
      process.exitCode = await status(cli, runId, flags);
    });
}
