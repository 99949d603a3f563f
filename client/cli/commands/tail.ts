import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { RUN } from '../shared-flags.js';
import type { TailFlags } from '../verbs/tail.js';

/** `gurukul tail RUN`: telemetry as it comes. */
export function addTailCommand(program: Command, cli: Cli): void {
  program
    .command('tail')
    .description("a run's telemetry as it comes, until the run ends; Ctrl-C leaves the run alone")
    .argument(...RUN)
    .option('--last <lines>', 'lines to begin with (default: 10)')
    .option('--from-start', 'begin with the first line')
    .option('--follow', "go on after the run's end: decisions about it come later")
    .option('--json', 'the lines as they are, one JSON object a line')
    .action(async (runId: string, flags: TailFlags) => {
      const { tail } = await import('../verbs/tail.js');
      process.exitCode = await tail(cli, runId, flags);
    });
}
