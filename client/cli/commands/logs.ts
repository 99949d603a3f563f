import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { RUN } from '../shared-flags.js';
import type { LogsFlags } from '../verbs/logs.js';

/** `gurukul logs RUN`: what a run has recorded, and what workers logged about it. */
export function addLogsCommand(program: Command, cli: Cli): void {
  program
    .command('logs')
    .description("a run's telemetry and what this home's workers logged about it, in order of time")
    .argument(...RUN)
    .option('--last <lines>', 'only the last lines')
    .option('--json', 'the recorded lines as they are, one JSON object a line')
    .action(async (runId: string, flags: LogsFlags) => {
      const { logs } = await import('../verbs/logs.js');
      process.exitCode = await logs(cli, runId, flags);
    });
}
