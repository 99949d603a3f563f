import { InvalidInputError } from '../../../data/errors.js';
import type { RetryRequest } from '../../../data/schemas/retry-request.js';
import { retryRequestSchema } from '../../../data/schemas/retry-request.js';
import { parseInput } from '../../../data/schemas/parse-input.js';
import type { RunConfig } from '../../../data/schemas/run-input.js';
import { didYouMean } from '../../../data/text/near-matches.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { runsInHome } from '../../../data/store/runs-in-home.js';
import { retryFailedUpdate, workflowIds } from '../../../workflows/contract/messages.js';
import { requireProvider } from '../check-provider.js';
import { homeProblems } from '../home-problems.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { followToEnd } from '../follow-to-end.js';
import { plural } from '../format.js';
import { requireSameInput } from '../require-same-input.js';
import { symbolList } from '../read-run-draft.js';
import { readInputFile } from '../../runs/run-files.js';
import type { Session } from '../session.js';
import { withEmbedded, withRemote } from '../session.js';
import { startRun } from '../../runs/start-run.js';
import { askFor, runningRun } from '../ask-run.js';
import { unusedFlags } from '../unused-flags.js';
import { isRunning } from '../../runs/workflow-state.js';

export interface ResumeFlags {
  readonly only?: string;
  readonly symbols?: string;
  readonly embedded?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** Starts a run again under its own id; what is done is found and kept. */
export async function resume(cli: Cli, runId: string, flags: ResumeFlags): Promise<ExitCode> {
  const again = readAgain(flags);
  const problems = [...unusedFlags('resume', { ...flags }), ...homeProblems(cli.home.root)];
  if (problems.length > 0) throw new InvalidInputError(problems);
  const config = await readInputFile(cli.home, runId);
  if (config === undefined) {
    const hint = didYouMean(runId, await runsInHome(cli.home));
    throw new InvalidInputError([`there is no run ${runId} in ${cli.home.root}${hint}`]);
  }
  await requireProvider(cli, config);
  const work = async (session: Session): Promise<ExitCode> => {
    await startAgain(cli, session, config, again);
    if (flags.detach === true) {
      cli.out(flags.json === true ? JSON.stringify({ runId }) : runId);
      return EXIT.ok;
    }
    return followToEnd(cli, session, runId, { json: flags.json === true });
  };
  return flags.embedded === true ? withEmbedded(cli, config.accelerator, work) : withRemote(work);
}

/** @throws InvalidInputError naming every wrong flag. */
function readAgain({ only, symbols }: ResumeFlags): RetryRequest {
  return parseInput(
    retryRequestSchema,
    {
      ...(only === undefined ? {} : { only }),
      ...(symbols === undefined ? {} : { symbols: symbolList(symbols) }),
    },
    (name) => `--${name}`,
  );
}

async function startAgain(cli: Cli, session: Session, config: RunConfig, again: RetryRequest): Promise<void> {
  const { runId } = config;
  if (!(await isRunning(session.client, workflowIds.run(runId)))) {
    const started = await startRun(session, config, again);
    requireSameInput(started.config, config);
    if (canonicalJson(started.again ?? {}) !== canonicalJson(again)) throw alreadyRunning(runId);
    cli.note(`run ${runId} starts again; what is done is reused`);
    return;
  }
  if (again.only === 'failed') {
    await retryFailed(cli, session, runId, again);
    return;
  }
  // On a server that has just come up with us, a running run is one that was cut off.
  if (session.embedded?.ownsServer !== true) throw alreadyRunning(runId);
  cli.note(`run ${runId} continues where it was interrupted`);
}

function alreadyRunning(runId: string): InvalidInputError {
  return new InvalidInputError([
    `run ${runId} is running: watch it with gurukul watch ${runId}, or have its failed windows tried again with --only failed`,
  ]);
}

/** In a run that runs, failed windows are tried again without ending it. */
async function retryFailed(
  cli: Cli,
  session: Session,
  runId: string,
  { symbols }: RetryRequest,
): Promise<void> {
  const run = await runningRun(cli, session, runId);
  const { windows, cohorts } = await askFor(cli, session, `run ${runId}`, async () =>
    run.executeUpdate(retryFailedUpdate, { args: [symbols === undefined ? undefined : { symbols }] }),
  );
  cli.note(`run ${runId}: ${plural(windows, 'failed window')} of ${plural(cohorts, 'cohort')} tried again`);
}
