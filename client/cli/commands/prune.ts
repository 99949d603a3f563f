import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { JSON_LINE } from '../shared-flags.js';
import type { PruneFlags } from '../verbs/prune.js';

/** `gurukul prune`: frees the space of old runs' files. */
export function addPruneCommand(program: Command, cli: Cli): void {
  program
    .command('prune')
    .description('remove what `rm` removes of all runs that ended long ago and that nothing needs')
    .requiredOption('--older-than <days>', 'runs that ended before')
    .option('--yes', 'remove; without it, only what would be removed is shown')
    .option(...JSON_LINE)
    .action(async (flags: PruneFlags) => {
      const { prune } = await import('../verbs/prune.js');
      process.exitCode = await prune(cli, flags);
    });
}
