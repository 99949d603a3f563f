import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { JsonFlags } from '../shared-flags.js';
import { JSON_LINE, RUN } from '../shared-flags.js';

/** `gurukul status RUN`: a run's counts by phase and reason, running or ended, and what holds it up. */
export function addStatusCommand(program: Command, cli: Cli): void {
  program
    .command('status')
    .description("one run's counts by phase and reason, and what holds it up")
    .argument(...RUN)
    .option(...JSON_LINE)
    .action(async (runId: string, flags: JsonFlags) => {
      const { status } = await import('../verbs/status.js');
      process.exitCode = await status(cli, runId, flags);
    });
}
