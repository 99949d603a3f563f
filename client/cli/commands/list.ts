import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { JsonFlags } from '../shared-flags.js';

/** `gurukul list`: the runs that the server or the home knows, newest first. */
export function addListCommand(program: Command, cli: Cli): void {
  program
    .command('list')
    .description('the runs, newest first')
    .option('--json', 'a JSON array on stdout')
    .action(async ({ json = false }: JsonFlags) => {
      const { list } = await import('../verbs/list.js');
      process.exitCode = await list(cli, json);
    });
}
