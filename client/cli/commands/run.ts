import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { addRunFlags } from '../run-flags.js';
import type { FlagTexts } from '../run-flags.js';

/** `gurukul run`: starts a run and follows it. */
export function addRunCommand(program: Command, cli: Cli): void {
  addRunFlags(program.command('run').description('start a run and follow it to its bundle'))
    .option('--embedded', 'start a Temporal server and workers of its own, for as long as this command lives')
    .option('--detach', 'print the run id and leave the run to the workers')
    .option('--json', 'end with one line of JSON on stdout (progress goes to stderr)')
    .action(async (flags: FlagTexts) => {
      const { run } = await import('../verbs/run.js');
      process.exitCode = await run(cli, flags);
    });
}
