import { messageLines } from '../../data/text/safe-text.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { readLiveServer } from '../../temporal-config/server-record.js';
import { withFileCounts } from '../../data/telemetry/run-counts.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import type { Cli } from './cli.js';
import { describeEnd } from './describe-run.js';
import type { ExitCode } from './exit.js';
import { EXIT } from './exit.js';
import { followRun } from './follow.js';
import { statusOf } from './progress-snapshot.js';
import { printedStatus } from './printed-status.js';
import { createProgressView } from './progress-view.js';
import type { RunFailure } from './run-failure.js';
import { exitCodeOf } from './run-failure.js';
import { readStatusFile } from '../runs/run-files.js';
import type { Session } from './session.js';
import { workflowUrl } from './web-ui.js';

/** Follows a run and prints how it ended, as JSON on stdout where that was asked for. */
export async function followToEnd(
  cli: Cli,
  session: Session,
  runId: string,
  options: { readonly json: boolean },
): Promise<ExitCode> {
  const { client, embedded, interrupts } = session;
  const end = await followRun({
    client,
    runId,
    view: createProgressView({
      interactive: cli.interactive,
      note: cli.note,
      now: () => performance.now(),
    }),
    signal: interrupts.signal,
    ...(embedded === undefined ? {} : { lost: embedded.lost }),
    noWorkerHint:
      embedded === undefined
        ? `start one with: ${cli.self} worker --role all (or ${cli.self} up)`
        : `see the logs in ${cli.home.logs()}`,
  });

  if (end.kind === 'left') {
    if (options.json && end.progress !== undefined) {
      cli.out(JSON.stringify(statusOf(runId, end.progress)));
    }
    cli.note(howToGoOn(cli, runId, embedded !== undefined));
    return EXIT.interrupted;
  }
  const written =
    end.kind === 'done' ? end.status : (end.failure.status ?? (await readStatusFile(cli.home, runId)));
  const status = written === undefined ? undefined : await withFileCounts(cli.home, written);
  if (options.json) {
    if (status !== undefined) cli.out(JSON.stringify(await printedStatus(cli.home, status)));
  } else if (status !== undefined) {
    const url = workflowUrl(session, workflowIds.run(runId), await uiUrlOf(cli, session));
    cli.out(await describeEnd(cli, status, { url, serverStays: embedded?.ownsServer !== true }));
  }
  if (end.kind === 'done') return EXIT.ok;
  cli.note(failureNote(runId, end.failure, status, options.json));
  return exitCodeOf(end.failure);
}

/** @param whole The whole message: without the screen above it, nothing else says what failed. */
function failureNote(
  runId: string,
  { type, message }: RunFailure,
  status: RunStatus | undefined,
  whole: boolean,
): string[] {
  if (type === 'Cancelled')
    return [
      `run ${runId} was ${message}${status?.cancelReason === undefined ? '' : `: ${status.cancelReason}`}`,
    ];
  const listed = !whole && (status?.windows.failed ?? 0) > 0;
  return messageLines(`error: run ${runId} failed: ${listed ? (message.split('\n')[0] ?? '') : message}`);
}

/** The Web UI of the server in use, where it is one of this home. */
async function uiUrlOf({ home }: Cli, { address }: Session): Promise<string | undefined> {
  const server = await readLiveServer(home);
  return server?.address === address ? server.uiUrl : undefined;
}

function howToGoOn({ self }: Cli, runId: string, embedded: boolean): string {
  return embedded
    ? `run ${runId} stops here; what is done is kept. Go on with: ${self} resume ${runId} --embedded (or ${self} up)`
    : `run ${runId} goes on without this command. Watch it with: ${self} watch ${runId}`;
}
