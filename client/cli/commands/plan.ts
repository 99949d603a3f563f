import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { addRunFlags } from '../run-flags.js';
import type { FlagTexts } from '../run-flags.js';
import { JSON_DOCUMENT } from '../shared-flags.js';

/** `gurukul plan`: what a run would train, without a server and without writing anything. */
export function addPlanCommand(program: Command, cli: Cli): void {
  addRunFlags(program.command('plan').description('windows, cohorts, shards and skips, without training'))
    .option(...JSON_DOCUMENT)
    .action(async (flags: FlagTexts) => {
      const { plan } = await import('../verbs/plan.js');
      process.exitCode = await plan(cli, flags);
    });
}
