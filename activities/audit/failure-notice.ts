import type { RunConfig } from '../../data/schemas/run-input.js';
import { percent, table } from '../texts/markdown.js';

/** FAILED.md: what stands in a bundle's place when too many windows failed. */
export function renderFailureNotice(
  config: RunConfig,
  message: string,
  failedBy: Readonly<Partial<Record<string, number>>>,
): string {
  const rows = Object.entries(failedBy)
    .map(([type, n]): [string, number] => [type, n ?? 0])
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([type, n]) => [type, String(n)]);
  return `# No bundle: run ${config.runId} failed

${message}

A run with more than ${percent(config.maxFailureRate)} failed windows (--max-failure-rate) is not validated, since what is left is no fair sample. Skipped windows do not count as failures.

${rows.length === 0 ? 'No window failed by itself.' : table(['error', 'windows'], rows)}

## What to do

1. See what failed: \`gurukul status ${config.runId}\`, or telemetry/${config.runId}.jsonl, one event a line.
2. Mend the cause: bars that are refused, a machine without memory, a provider that is down.
3. \`gurukul resume ${config.runId}\` starts what failed again and reuses all that succeeded.
`;
}
