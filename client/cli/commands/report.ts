import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { RUN } from '../shared-flags.js';
import type { ReportFlags } from '../verbs/report.js';

/** `gurukul report RUN`: where the promotion briefing of a run is, and the briefing itself in a browser. */
export function addReportCommand(program: Command, cli: Cli): void {
  program
    .command('report')
    .description("where a run's promotion briefing is, with its plots; of a failed run, its notice")
    .argument(...RUN)
    .option('--open', 'open it, where there is a display')
    .option('--json', 'one line of JSON on stdout')
    .action(async (runId: string, flags: ReportFlags) => {
      const { report } = await import('../verbs/report.js');
      process.exitCode = await report(cli, runId, flags);
    });
}
