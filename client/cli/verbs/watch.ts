import type { Cli } from '../cli.js';
import { describeFound } from '../describe-run.js';
import type { ExitCode } from '../exit.js';
import { findRun } from '../find-run.js';
import { followToEnd } from '../follow-to-end.js';
import { printedStatus } from '../printed-status.js';
import { exitCodeOfEnd } from '../run-failure.js';
import { withRemote } from '../session.js';

/** The live view of a run that was started elsewhere. */
export async function watch(cli: Cli, runId: string, json: boolean): Promise<ExitCode> {
  const found = await findRun(cli.home, runId);
  if (found.state === 'running') return withRemote((session) => followToEnd(cli, session, runId, { json }));
  if (json) cli.out(JSON.stringify(await printedStatus(cli.home, found.status)));
  else cli.out(await describeFound(cli, found));
  return exitCodeOfEnd(found);
}
