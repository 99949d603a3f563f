import { quarantinedWindows } from '../../../data/store/shard-troubles.js';
import { failedWindows } from '../../../data/telemetry/failed-windows.js';
import type { Cli } from '../cli.js';
import { failedJson, failedTable } from '../describe-failures.js';
import { quarantineLines } from '../describe-quarantine.js';
import { describeFound } from '../describe-run.js';
import type { JsonFlags } from '../shared-flags.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { delayLines } from '../find-delays.js';
import { findRun } from '../find-run.js';
import { printedStatus } from '../printed-status.js';

export interface StatusFlags extends JsonFlags {
  /** Lists every failed window. */
  readonly failed?: boolean;
}

/** A run's counts by phase and reason, running or ended, what failed, and what holds it up. */
export async function status(cli: Cli, runId: string, flags: StatusFlags): Promise<ExitCode> {
  const found = await findRun(cli.home, runId);
  const { delays = [] } = found;
  const quarantined = await quarantinedWindows(cli.home, runId);
  const failed = flags.failed === true ? await failedWindows(cli.home, runId) : undefined;
  if (flags.json === true) {
    const listed = {
      ...(failed === undefined ? {} : { failed: failedJson(failed) }),
      ...(quarantined.length > 0 ? { quarantined } : {}),
      ...(delays.length > 0 ? { delays } : {}),
    };
    cli.out(JSON.stringify({ ...(await printedStatus(cli.home, found.status)), ...listed }));
    return EXIT.ok;
  }
  cli.out([
    ...(await describeFound(cli, found)),
    ...(failed === undefined ? [] : failedTable(failed)),
    ...delayLines(delays),
    ...quarantineLines(quarantined, runId),
  ]);
  return EXIT.ok;
}
