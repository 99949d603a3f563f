import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { addRunFlags } from '../run-flags.js';
import type { FlagTexts } from '../run-flags.js';
import { JSON_DOCUMENT } from '../shared-flags.js';

/** `gurukul leaks`: what known leaks would fake on the user's own bars, without a server and without writing anything. */
export function addLeaksCommand(program: Command, cli: Cli): void {
  addRunFlags(
    program
      .command('leaks')
      .description('plants known leaks on your bars and shows the rank IC and AUC that each would fake'),
  )
    .option(...JSON_DOCUMENT)
    .action(async (flags: FlagTexts) => {
      const { leaks } = await import('../verbs/leaks.js');
      process.exitCode = await leaks(cli, flags);
    });
}
