import type { Command } from 'commander';

import { InvalidInputError } from '../../../data/errors.js';
import type { RunConfig } from '../../../data/schemas/run-input.js';
import { didYouMean } from '../../../data/near-matches.js';
import { workflowIds } from '../../../workflows/messages.js';
import { requireProvider } from '../check-provider.js';
import { homeProblems } from '../check-run-input.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { followToEnd } from '../follow-to-end.js';
import { readInputFile, runsOnDisk } from '../run-files.js';
import type { Session } from '../session.js';
import { withEmbedded, withRemote } from '../session.js';
import { startRun } from '../start-run.js';
import { isRunning } from '../workflow-state.js';

/** `gurukul resume RUN`: starts a run again under its own id; what is done is found and kept. */
export function addResumeVerb(program: Command, cli: Cli): void {
  program
    .command('resume')
    .description('start again what did not succeed; what did is reused')
    .argument('<run>', 'run id, as `gurukul list` shows it')
    .option('--embedded', 'bring a Temporal server and workers along')
    .option('--json', 'end with one line of JSON on stdout')
    .action(async (runId: string, flags: { readonly embedded?: boolean; readonly json?: boolean }) => {
      process.exitCode = await resume(cli, runId, flags.embedded === true, flags.json === true);
    });
}

async function resume(cli: Cli, runId: string, embedded: boolean, json: boolean): Promise<ExitCode> {
  const problems = homeProblems(cli.home.root);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const config = await readInputFile(cli.home, runId);
  if (config === undefined) {
    const hint = didYouMean(runId, await runsOnDisk(cli.home));
    throw new InvalidInputError([`there is no run ${runId} in ${cli.home.root}${hint}`]);
  }
  await requireProvider(cli, config.source);
  const work = async (session: Session): Promise<ExitCode> => {
    await startAgain(cli, session, config);
    return followToEnd(cli, session, runId, { json });
  };
  return embedded ? withEmbedded(cli, config.accelerator, work) : withRemote(work);
}

async function startAgain(cli: Cli, session: Session, config: RunConfig): Promise<void> {
  const { runId } = config;
  if (!(await isRunning(session.client, workflowIds.run(runId)))) {
    await startRun(session, config);
    cli.note(`run ${runId} starts again; what is done is reused`);
    return;
  }
  // On a server that has just come up with us, a running run is one that was cut off.
  if (session.embedded?.ownsServer !== true) {
    throw new InvalidInputError([`run ${runId} is running: watch it with gurukul watch ${runId}`]);
  }
  cli.note(`run ${runId} goes on where it was cut off`);
}
