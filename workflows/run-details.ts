import type { RunProgress } from './messages.js';

const MAX_COHORT_ROWS = 60;

/**
 * The run as Markdown for the Web UI's current details (limit 20 KB): what it is doing, how far it is,
 * why windows were skipped or failed.
 */
export function runDetails(
  progress: RunProgress,
  eta: string | undefined,
  notes: { readonly skipped: readonly string[]; readonly failed: readonly string[] },
): string {
  const { windows, cohorts } = progress;
  const lines = [
    `**${progress.phase}** · ${progress.message}`,
    '',
    `${windows.planned} windows planned · ${windows.succeeded} of ${windows.trainable} trained · ${windows.skipped} skipped · ${windows.failed} failed · ${progress.students} students`,
  ];
  if (eta !== undefined) lines.push('', `about ${eta} left for the teachers`);
  lines.push(...reasons('skipped because', progress.skippedBy), ...reasons('failed with', progress.failedBy));
  if (cohorts.length > 0) {
    lines.push('', '| cohort | state | trained | failed |', '|---|---|---|---|');
    for (const cohort of cohorts.slice(0, MAX_COHORT_ROWS)) {
      lines.push(
        `| ${cohort.id} | ${cohort.state} | ${cohort.succeeded} of ${cohort.windows} | ${cohort.failed} |`,
      );
    }
    if (cohorts.length > MAX_COHORT_ROWS)
      lines.push(`| … and ${cohorts.length - MAX_COHORT_ROWS} more | | | |`);
  }
  lines.push(
    ...list('From the training', notes.failed),
    ...list('What is not trained, and why', notes.skipped),
  );
  return lines.join('\n');
}

function list(title: string, notes: readonly string[]): string[] {
  return notes.length === 0 ? [] : ['', `**${title}**`, '', ...notes.map((note) => `- ${note}`)];
}

function reasons(title: string, counts: Readonly<Partial<Record<string, number>>>): string[] {
  const entries = Object.entries(counts);
  if (entries.length === 0) return [];
  return ['', `${title}: ${entries.map(([reason, n]) => `${reason} ${n ?? 0}`).join(', ')}`];
}

/** A duration in words: `40 s`, `12 min`, `3 h 5 min`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
