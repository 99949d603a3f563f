import { formatDuration } from '../../../data/time/duration.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { formatTime, renderTable } from '../format.js';
import type { ListedRun } from '../../dashboard/contract/runs.js';
import { listRuns } from '../list-runs.js';

/** The runs that the server or the home knows, newest first. */
export async function list(cli: Cli, json: boolean): Promise<ExitCode> {
  const { runs, remark } = await listRuns(cli.home);
  if (remark !== undefined) cli.note(remark);
  if (json) cli.out(JSON.stringify(runs));
  else if (runs.length === 0) cli.out('no runs yet; start one with: gurukul run');
  else
    cli.out(
      renderTable(
        ['run', 'state', 'phase', 'failed', 'recommended', 'decision', 'started', 'took'],
        runs.map(row),
      ),
    );
  return EXIT.ok;
}

function row(run: ListedRun): (string | number)[] {
  const started = new Date(run.startedAt);
  const until = run.endedAt === null ? new Date() : new Date(run.endedAt);
  return [
    run.runId,
    run.reason === undefined ? run.state : `${run.state} (${run.reason})`,
    run.phase ?? '',
    run.failedWindows ?? 0,
    run.recommendation ?? '',
    run.decision === null ? '' : listedDecision(run),
    formatTime(started),
    run.state === 'unknown' ? '' : formatDuration(until.getTime() - started.getTime()),
  ];
}

/** The reason of an override is in `status`; that there was one is seen here. */
function listedDecision({ decision, override, shadow }: ListedRun): string {
  return [
    decision ?? '',
    ...(shadow === true ? ['shadow'] : []),
    ...(override === undefined ? [] : ['override']),
  ].join(', ');
}
