import type { Command } from 'commander';

import { ACCELERATORS } from '../../../data/schemas/run-choices.js';
import type { Cli } from '../cli.js';
import { choiceFlag } from '../run-flags.js';
import type { UpFlags } from '../verbs/up.js';

/** `gurukul up`: server, workers and dashboard until Ctrl-C. */
export function addUpCommand(program: Command, cli: Cli): void {
  program
    .command('up')
    .description('Temporal server, Web UI, workers and dashboard in the foreground, until Ctrl-C')
    .addOption(choiceFlag('--accelerator <kind>', 'what the workers train on (default: auto)', ACCELERATORS))
    .option('--json', 'one line of JSON on stdout when all is up')
    .action(async (flags: UpFlags) => {
      const { up } = await import('../verbs/up.js');
      process.exitCode = await up(cli, flags);
    });
}
