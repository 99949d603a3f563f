import { workflowInfo } from '@temporalio/workflow';

import { markdownText } from '../../data/text/safe-text.js';
import { formatDuration } from '../../data/time/duration.js';

/** The Web UI cuts the last line of the details in half, so an empty line comes last. */
const LAST_LINE = '\u00a0';

/** Characters of a summary: it is one line in a timeline. */
const SUMMARY_LENGTH = 120;

/** Joins paragraphs, lists and tables. Fractions are written `1 of 4`, since the Web UI turns `1/4` into ¼. */
export function markdown(parts: readonly string[]): string {
  return [...parts, LAST_LINE]
    .map((part) => part.replaceAll(/(?<!\S)(\d+)\/(\d+)(?!\S)/g, '$1 of $2'))
    .join('\n\n');
}

/** A Markdown list of texts, which are shown as they are. */
export function list(items: readonly string[]): string {
  return items.map((item) => `- ${markdownText(item)}`).join('\n');
}

/** A text as a one-line summary, cut to length. */
export function summaryText(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= SUMMARY_LENGTH ? line : `${line.slice(0, SUMMARY_LENGTH - 1)}…`;
}

/**
 * ` · about 3 min left`, from the units done since this execution began; empty if it is not known yet.
 *
 * @param before Units that were done before the workflow was continued as new.
 */
export function timeLeft(done: number, units: number, before: number): string {
  if (done === before || done >= units) return '';
  const elapsed = Date.now() - workflowInfo().startTime.getTime();
  return ` · about ${formatDuration((elapsed / (done - before)) * (units - done))} left`;
}
