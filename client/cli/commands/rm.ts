import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { RUN } from '../shared-flags.js';
import type { RemoveFlags } from '../verbs/rm.js';

/** `gurukul rm RUN`: frees the space of a run's files. */
export function addRemoveCommand(program: Command, cli: Cli): void {
  program
    .command('rm')
    .description("remove a run's models, predictions and telemetry; its bundle is kept")
    .argument(...RUN)
    .option('--bundle', 'remove its bundle too, where nobody has decided about it')
    .option('--withdraw', 'end the wait for a decision about its bundle, without one')
    .option('--yes', 'remove; without it, only what would be removed is shown')
    .option('--json', 'one line of JSON on stdout')
    .action(async (runId: string, flags: RemoveFlags) => {
      const { remove } = await import('../verbs/rm.js');
      process.exitCode = await remove(cli, runId, flags);
    });
}
