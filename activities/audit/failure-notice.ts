import type { RunConfig } from '../../data/schemas/run-input.js';
import type { FailedWindow } from '../../data/telemetry/failed-windows.js';
import { failureLines } from '../../data/telemetry/failure-groups.js';
import { markdownText } from '../../data/text/safe-text.js';
import { percent } from '../texts/format-numbers.js';
import { table } from '../texts/markdown.js';

/** Bytes of the lines that cross the workflow boundary. */
const MAX_BYTES = 1_500;

/** How a run without a bundle ended. */
export interface FailedEnd {
  readonly message: string;
  /** Number of failed windows by error type. */
  readonly failedBy: Readonly<Partial<Record<string, number>>>;
  /** Set where no window was trained, whether or not any failed. */
  readonly nothingTrained?: true | undefined;
}

/** FAILED.md: what stands in a bundle's place when too many windows failed, or none was trained. */
export function renderFailureNotice(
  config: RunConfig,
  { message, failedBy, nothingTrained }: FailedEnd,
  failed: readonly FailedWindow[],
): string {
  const { runId } = config;
  const rows = Object.entries(failedBy)
    .map(([type, n]): [string, number] => [type, n ?? 0])
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([type, n]) => [type, String(n)]);
  return `# No bundle: run ${runId} failed

${message}

${
  nothingTrained === true
    ? `No window of this run was trained, so there is nothing to validate. Why each was skipped or failed: \`models/${runId}/plan.json\` and \`telemetry/${runId}.jsonl\`.`
    : `A run with more than ${percent(config.maxFailureRate)} failed windows (--max-failure-rate) is not validated, since what is left is no fair sample. Skipped windows do not count as failures.`
}

${rows.length === 0 ? 'No window failed by itself.' : table(['error', 'windows'], rows)}

## What failed

${failureList(runId, failed)}

## What to do

${
  nothingTrained === true && failed.length === 0
    ? 'Choose longer windows, a shorter horizon or more bars, and start another run.'
    : `1. Fix what is listed above.
2. \`gurukul resume ${runId} --only failed\` reads the bars of these symbols again, trains what failed and reuses all that succeeded.`
}

Every failed window with its dates: \`gurukul status ${runId} --failed\`, or the lines \`window_failed\` of telemetry/${runId}.jsonl.
`;
}

function failureList(runId: string, failed: readonly FailedWindow[]): string {
  const lines = failureLines(failed, `gurukul status ${runId} --failed`);
  if (lines.length === 0) return 'Nothing of it is on disk.';
  return lines
    .map(markdownText)
    .map((line) => (line.startsWith(' ') ? `  - ${line.trim()}` : `- **${line}**`))
    .join('\n');
}

/** What failed, in as many lines as a workflow's message may have. */
export function boundedFailures(runId: string, failed: readonly FailedWindow[]): string[] {
  const all = failureLines(failed, `gurukul status ${runId} --failed`);
  let bytes = 0;
  const lines = all.filter((line) => (bytes += Buffer.byteLength(line) + 1) <= MAX_BYTES);
  return lines.length === all.length ? lines : [...lines, `… and more: gurukul status ${runId} --failed`];
}
