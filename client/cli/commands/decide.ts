import type { Command } from 'commander';

import type { Verdict } from '../../../data/schemas/decision.js';
import type { Cli } from '../cli.js';
import type { DecisionFlags } from '../verbs/decide.js';
import { RUN } from '../shared-flags.js';

/** `gurukul approve|reject RUN --by NAME --reason TEXT`: a person's decision about a run's bundle. */
export function addDecisionCommands(program: Command, cli: Cli): void {
  const add = (name: string, verdict: Verdict, what: string): void => {
    program
      .command(name)
      .description(what)
      .argument(...RUN)
      .option('--by <name>', 'who decides')
      .option('--reason <text>', 'why')
      .option('--json', 'the decision as one line of JSON on stdout')
      .action(async (runId: string, flags: DecisionFlags) => {
        const { decide } = await import('../verbs/decide.js');
        process.exitCode = await decide(cli, runId, verdict, flags);
      });
  };
  add('approve', 'approved', "verify a run's bundle once more and make it the champion");
  add('reject', 'rejected', 'close a run without promoting its bundle');
}
