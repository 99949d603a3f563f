import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { JsonFlags } from '../shared-flags.js';
import { JSON_DOCUMENT } from '../shared-flags.js';

/** `gurukul diff RUN RUN`: what differs between two finished runs, and what came out in another way because of it. */
export function addDiffCommand(program: Command, cli: Cli): void {
  program
    .command('diff')
    .description('what differs between two runs, by cause, down to windows and figures; without any server')
    .argument('<run>', 'run id, or the folder of a bundle')
    .argument('<other>', 'run id, or the folder of a bundle, to compare it with')
    .option(...JSON_DOCUMENT)
    .action(async (run: string, other: string, { json = false }: JsonFlags) => {
      const { diff } = await import('../verbs/diff.js');
      process.exitCode = await diff(cli, run, other, json);
    });
}
