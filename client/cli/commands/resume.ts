import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { choiceFlag } from '../run-flags.js';
import type { ResumeFlags } from '../verbs/resume.js';
import { RUN } from '../shared-flags.js';

/** `gurukul resume RUN`: starts a run again under its own id; what is done is found and kept. */
export function addResumeCommand(program: Command, cli: Cli): void {
  program
    .command('resume')
    .description('start again what did not succeed; what did is reused, unless its bars have changed')
    .argument(...RUN)
    .addOption(
      choiceFlag('--only <what>', 'what to do again: bars of other symbols are not read again', [
        'failed',
        'skipped',
      ]),
    )
    .option('--symbols <A,B>', 'only what did not succeed of these symbols')
    .option('--embedded', 'start a Temporal server and workers of its own')
    .option('--detach', 'print the run id and leave the run to the workers')
    .option('--json', 'end with one line of JSON on stdout')
    .action(async (runId: string, flags: ResumeFlags) => {
      const { resume } = await import('../verbs/resume.js');
      process.exitCode = await resume(cli, runId, flags);
    });
}
