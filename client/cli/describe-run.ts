import path from 'node:path';

import type { RunStatus } from '../../data/schemas/run-status.js';
import { shellWord } from '../../data/text/shell-word.js';
import type { ComparedAlgorithm } from './algorithm.js';
import { algorithmLines, algorithmOf } from './algorithm.js';
import type { Cli } from './cli.js';
import type { FoundRun } from './find-run.js';
import { failureSection } from './describe-failures.js';
import { formatCount, plural, formatReasons, formatTime, renderTable } from './format.js';
import { bundleHeadline } from './headline.js';
import type { Recommendation } from './recommendation.js';
import { recommendationLines, recommendationOf } from './recommendation.js';

/** Where the reader goes from the end of a run. */
export interface Onward {
  /** The run's page in the Web UI. */
  readonly url: string;
  /** False when the server ends with this command. */
  readonly serverStays: boolean;
}

const UNCHANGED = 'nothing has changed since it was made, so it was not validated and audited again';

/** What `run`, `resume` and `watch` end with. */
export async function describeEnd({ home, self }: Cli, status: RunStatus, onward: Onward): Promise<string[]> {
  const { runId, bundle, bundleDigest } = status;
  const done = status.phase === 'done';
  const figures = done && bundle !== null ? await bundleHeadline(bundle) : [];
  const recommendation = await recommendationOf(status);
  const algorithm = await algorithmOf(home, status);
  return [
    '',
    `Run       ${runId}: ${status.phase}`,
    ...countLines(status),
    ...(bundle === null ? [] : [`${done ? 'Bundle   ' : 'Notice   '} ${bundle}`]),
    ...(bundleDigest === null ? [] : [`Digest    ${bundleDigest}`]),
    ...(status.unchanged === true ? [`          ${UNCHANGED}`] : []),
    ...recommended(recommendation),
    ...compared(algorithm),
    ...labelled('Forward', figures),
    `Telemetry ${home.telemetry(runId)}`,
    onward.serverStays
      ? `Web UI    ${onward.url}`
      : `Web UI    start it again with \`${self} up\`, then open ${onward.url}`,
    ...(bundle !== null && done
      ? [
          `Briefing  ${path.join(bundle, 'promotion_briefing.html')} (${self} report ${runId} --open)`,
          `Verify    ${self} audit verify ${shellWord(bundle)}`,
        ]
      : []),
    ...(await failureSection(home, self, status)),
  ];
}

/** What `status` shows of a run, and `watch` of one that has ended. */
export async function describeFound({ home, self }: Cli, found: FoundRun): Promise<string[]> {
  const { status } = found;
  return describeStatus(found, await failureSection(home, self, status), {
    recommendation: await recommendationOf(status),
    algorithm: await algorithmOf(home, status),
  });
}

/**
 * The lines of {@link describeFound}.
 *
 * @param failures What failed, as the run's files have it.
 * @param about What its bundle says, if there is one.
 */
export function describeStatus(
  { status, progress, state, remark }: FoundRun,
  failures: readonly string[],
  about: {
    readonly recommendation?: Recommendation | undefined;
    readonly algorithm?: ComparedAlgorithm | undefined;
  } = {},
): string[] {
  const lines = [`Run       ${status.runId}: ${status.phase}${state === 'running' ? ', running' : ''}`];
  // The failure of a run lists what failed, too: once is enough.
  const remarks = (remark ?? '').split('\n').slice(0, failures.length > 0 ? 1 : undefined);
  lines.push(...remarks.filter((line) => line !== '').map((line) => `          ${line}`));
  if (progress !== undefined) lines.push(`Started   ${formatTime(new Date(progress.startedAt))}`);
  lines.push(...countLines(status));
  if (status.bundle !== null)
    lines.push(`${status.bundleDigest === null ? 'Notice   ' : 'Bundle   '} ${status.bundle}`);
  if (status.bundleDigest !== null) lines.push(`Digest    ${status.bundleDigest}`);
  lines.push(...recommended(about.recommendation), ...compared(about.algorithm));
  if (status.phase === 'done') lines.push(`Decision  ${decisionText(status)}`);
  if (status.cancelReason !== undefined) lines.push(`Cancelled ${status.cancelReason}`);
  if (progress !== undefined && progress.cohorts.length > 0) {
    const rows = progress.cohorts.map(
      ({ id, state: cohortState, windows, succeeded, failed, reused = 0 }) => [
        id,
        cohortState,
        windows,
        succeeded,
        reused,
        failed,
      ],
    );
    lines.push('', ...renderTable(['cohort', 'state', 'windows', 'succeeded', 'reused', 'failed'], rows));
  }
  return [...lines, ...failures];
}

/** A decision with what a reader must not miss of it. */
export function decisionText({
  decision,
  override,
  shadow,
}: Pick<RunStatus, 'decision' | 'override' | 'shadow'>): string {
  const staged = shadow === true ? ', as a shadow' : '';
  return `${decision}${staged}${override === undefined ? '' : `, override: ${override}`}`;
}

function recommended(recommendation: Recommendation | undefined): string[] {
  return recommendation === undefined ? [] : labelled('Recommend', recommendationLines(recommendation));
}

function compared(algorithm: ComparedAlgorithm | undefined): string[] {
  return algorithm === undefined ? [] : labelled('Algorithm', algorithmLines(algorithm));
}

/** Lines beside a label, which stands before the first. */
function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL)}${line}`);
}

/** Width of the labels. */
const LABEL = 10;

/** What was found finished, and why the rest was trained again; nothing where nothing was found. */
export function reuseLines({ reuse }: Pick<RunStatus, 'reuse'>): string[] {
  if (reuse === undefined || (reuse.windows.reused === 0 && reuse.changes.length === 0)) return [];
  const { windows, cohorts, trained, changes } = reuse;
  const more = cohorts.trained - trained.length;
  const named = [...trained, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join(', ');
  return [
    `Reused    ${plural(windows.reused, 'window')}, ${plural(cohorts.reused, 'whole cohort')}; ` +
      `trained ${plural(windows.trained, 'window')}, in ${plural(cohorts.trained, 'cohort')}${named === '' ? '' : `: ${named}`}`,
    ...labelled('Changed', changeLines(changes)),
  ];
}

/** The first line says since when, the others what. */
function changeLines(changes: readonly string[]): string[] {
  return changes.map((line, at) => (at === 0 ? line : `  ${line}`));
}

function countLines(status: RunStatus): string[] {
  const { windows, skippedBy, failedBy, students } = status;
  const reasons = (counts: Readonly<Record<string, number | undefined>>): string => {
    const text = formatReasons(counts);
    return text === '' ? '' : ` (${text})`;
  };
  return [
    `Windows   ${formatCount(windows.planned)} planned: ${formatCount(windows.succeeded)} succeeded, ` +
      `${formatCount(windows.skipped)} skipped${reasons(skippedBy)}, ${formatCount(windows.failed)} failed${reasons(failedBy)}`,
    `Students  ${formatCount(students)}`,
    ...reuseLines(status),
  ];
}
