import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { JsonFlags } from '../shared-flags.js';
import { RUN } from '../shared-flags.js';

/** `gurukul watch RUN`: the live view of a run that was started elsewhere. */
export function addWatchCommand(program: Command, cli: Cli): void {
  program
    .command('watch')
    .description('follow a run; Ctrl-C leaves it alone')
    .argument(...RUN)
    .option('--json', 'end with one line of JSON on stdout')
    .action(async (runId: string, { json = false }: JsonFlags) => {
      const { watch } = await import('../verbs/watch.js');
      process.exitCode = await watch(cli, runId, json);
    });
}
