import type { Advice } from '../../activities/audit/activities.js';
import { isErrorType } from '../../data/errors.js';
import type { RunProgress } from '../contract/messages.js';
import { list, markdown } from '../shared/markdown.js';

const MAX_COHORT_ROWS = 60;
/** What the details show in addition to the progress. */
export interface RunNotes {
  readonly runId: string;
  /** Time left for training, in words; undefined if it is not known. */
  readonly eta: string | undefined;
  /** From the plan: why windows were refused or skipped. */
  readonly planned: readonly string[];
  /** Failures in training. */
  readonly training: readonly string[];
  /** Folder of the bundle, or the failure notice in its place. */
  readonly bundle: string | undefined;
  /** What the bundle's briefing recommends; undefined where that is not known. */
  readonly advice: Advice | undefined;
}

/**
 * The run as Markdown for the Web UI's current details (limit 20 KB): what it is doing, its progress, what failed
 * and how to fix it, then the cohorts and what is skipped.
 */
export function runDetails(progress: RunProgress, notes: RunNotes): string {
  const { windows, cohorts } = progress;
  const refused = notes.planned.filter(isFailure);
  const skipped = notes.planned.filter((note) => !isFailure(note));
  const share = windows.trainable === 0 ? '' : ` (${percent(windows.succeeded / windows.trainable)})`;
  return markdown([
    `**${progress.phase}** · ${progress.message}`,
    `${windows.planned} windows planned · ${windows.succeeded} of ${windows.trainable} trained${share} · ${windows.skipped} skipped · ${windows.failed} failed · ${progress.students} students`,
    ...(progress.phase === 'teach' ? [etaLine(notes.eta)] : []),
    ...nextStep(progress, notes),
    ...reuseLines(progress.reuse),
    ...(progress.notices ?? []).map((notice) => `**Note:** ${notice}`),
    ...section('Failed', progress.failedBy, [...notes.training, ...refused]),
    ...(cohorts.length === 0 ? [] : [cohortTable(cohorts)]),
    ...section('Skipped', progress.skippedBy, skipped),
  ]);
}

function etaLine(eta: string | undefined): string {
  return eta === undefined
    ? 'Time left: known once the first cohort has ended; until then see the cohorts’ own pages (Relationships).'
    : `About ${eta} left for training.`;
}

/** What an operator can do about a run in this phase. */
function nextStep({ phase }: RunProgress, { runId, bundle, advice }: RunNotes): string[] {
  switch (phase) {
    case 'done':
      return [
        ...(advice === undefined ? [] : adviceLines(advice)),
        `**Bundle:** \`${bundle ?? ''}\` · check it on any machine with \`gurukul audit verify\` and this path`,
      ];
    case 'failed':
      return [
        `**What to do:** fix the cause, then \`gurukul resume ${runId}\`; finished work is reused` +
          (bundle === undefined ? '.' : `. The notice is \`${bundle}\`.`),
      ];
    case 'paused':
      return [`**What to do:** \`gurukul unpause ${runId}\` continues the run; checkpoints are written.`];
    case 'cancelled':
      return [`**What to do:** \`gurukul resume ${runId}\` continues the run.`];
    default:
      return [];
  }
}

/** What the briefing recommends, and which gates say no. */
function adviceLines({ recommendation, gates, unmet }: Advice): string[] {
  if (unmet.length === 0) return [`**Recommendation:** ${recommendation}: all ${gates} gates pass`];
  const count = `${unmet.length} of ${gates} gates ${unmet.length === 1 ? 'does' : 'do'} not pass`;
  return [`**Recommendation:** ${recommendation}: ${count}`, list(unmet)];
}

/** What was reused and what has changed; nothing if neither applies. */
function reuseLines(reuse: RunProgress['reuse']): string[] {
  if (reuse === undefined || (reuse.windows.reused === 0 && reuse.changes.length === 0)) return [];
  const { windows, cohorts, changes } = reuse;
  return [
    `**Reused:** ${windows.reused} windows (cohorts: ${cohorts.reused}) · **trained:** ${windows.trained} windows (cohorts: ${cohorts.trained})`,
    ...(changes.length === 0 ? [] : [list(changes)]),
  ];
}

function cohortTable(cohorts: RunProgress['cohorts']): string {
  const rows = cohorts
    .slice(0, MAX_COHORT_ROWS)
    .map(
      ({ id, state, windows, succeeded, failed, reused = 0 }) =>
        `| ${id} | ${state} | ${succeeded} of ${windows} | ${reused} | ${failed} |`,
    );
  const more = cohorts.length - MAX_COHORT_ROWS;
  return [
    '| cohort | state | trained | reused | failed |',
    '|---|---|---|---|---|',
    ...rows,
    ...(more > 0 ? [`| … and ${more} more | | | | |`] : []),
  ].join('\n');
}

/** Counts by reason, and notes that explain them. */
function section(
  title: string,
  counts: Readonly<Partial<Record<string, number>>>,
  notes: readonly string[],
): string[] {
  const reasons = Object.entries(counts).map(([reason, n]) => `${reason} ${n ?? 0}`);
  if (reasons.length === 0 && notes.length === 0) return [];
  return [`**${title}:** ${reasons.join(', ')}`, ...(notes.length === 0 ? [] : [list(notes)])];
}

/** Notes of the plan start with a reason: an error type, or why windows are skipped. */
function isFailure(note: string): boolean {
  return isErrorType(/^\w+/.exec(note)?.[0]);
}

function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}
