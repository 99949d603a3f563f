import type { Cli } from '../cli.js';
import { quarantinedWindows } from '../../../data/store/shard-troubles.js';
import { quarantineLines } from '../describe-quarantine.js';
import { describeStatus } from '../describe-run.js';
import type { JsonFlags } from '../shared-flags.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { delayLines } from '../find-delays.js';
import { findRun } from '../find-run.js';

/** A run's counts by phase and reason, running or ended, and what holds it up. */
export async function status(cli: Cli, runId: string, flags: JsonFlags): Promise<ExitCode> {
  const found = await findRun(cli.home, runId);
  const { delays = [] } = found;
  const quarantined = await quarantinedWindows(cli.home, found.status.runId);
  const listed = {
    ...(quarantined.length > 0 ? { quarantined } : {}),
    ...(delays.length > 0 ? { delays } : {}),
  };
  if (flags.json === true) cli.out(JSON.stringify({ ...found.status, ...listed }));
  else cli.out([describeStatus(found), ...delayLines(delays), ...quarantineLines(quarantined)].join('\n'));
  return EXIT.ok;
}
