import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { quarantinedWindows } from '../../../data/store/shard-troubles.js';
import { quarantineLines } from '../describe-quarantine.js';
import { describeStatus } from '../describe-run.js';
import { EXIT } from '../exit.js';
import { findRun } from '../find-run.js';

/** `gurukul status RUN`: a run's counts by phase and reason, running or ended. */
export function addStatusVerb(program: Command, cli: Cli): void {
  program
    .command('status')
    .description("one run's counts by phase and reason")
    .argument('<run>', 'run id, as `gurukul list` shows it')
    .option('--json', 'one line of JSON on stdout')
    .action(async (runId: string, flags: { readonly json?: boolean }) => {
      const found = await findRun(cli.home, runId);
      const quarantined = await quarantinedWindows(cli.home, found.status.runId);
      const listed = quarantined.length > 0 ? { quarantined } : {};
      if (flags.json === true) cli.out(JSON.stringify({ ...found.status, ...listed }));
      else cli.out([describeStatus(found), ...quarantineLines(quarantined)].join('\n'));
      process.exitCode = EXIT.ok;
    });
}
