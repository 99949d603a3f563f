import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { RUN } from '../shared-flags.js';
import type { ApprovalFlags, DecisionFlags } from '../verbs/decide.js';

/** `gurukul approve|reject RUN --by NAME --reason TEXT`: a person's decision about a run's bundle. */
export function addDecisionCommands(program: Command, cli: Cli): void {
  program
    .command('approve')
    .description("verify a run's bundle once more and make it the champion")
    .argument(...RUN)
    .option('--by <name>', 'who decides; not the author of the run')
    .option('--reason <text>', 'why')
    .option('--override', 'approve it although its briefing does not recommend it, or its time is over')
    .option('--stage', 'only score it beside the champion, as its shadow')
    .option('--dry-run', 'show what would change, and a token; needs no server')
    .option('--expect <token>', 'only if all is as shown: the token of a dry run, or the run of the champion')
    .option('--json', 'the decision, or what would change, as one line of JSON on stdout')
    .action(async (runId: string, flags: ApprovalFlags) => {
      const { approve } = await import('../verbs/decide.js');
      process.exitCode = await approve(cli, runId, flags);
    });
  program
    .command('reject')
    .description('close a run without promoting its bundle')
    .argument(...RUN)
    .option('--by <name>', 'who decides')
    .option('--reason <text>', 'why')
    .option('--json', 'the decision as one line of JSON on stdout')
    .action(async (runId: string, flags: DecisionFlags) => {
      const { reject } = await import('../verbs/decide.js');
      process.exitCode = await reject(cli, runId, flags);
    });
}
