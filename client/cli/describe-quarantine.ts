import type { QuarantinedWindow } from '../../data/schemas/shard-troubles.js';
import { renderTable } from './format.js';

/** The windows that a run keeps out of training, and what to do about them. */
export function quarantineLines(
  windows: readonly (QuarantinedWindow & { readonly cohort: string })[],
  runId: string,
): string[] {
  if (windows.length === 0) return [];
  const rows = windows.map(({ symbol, cohort, error, strikes }) => [symbol, cohort, error, strikes]);
  return [
    '',
    `In quarantine, since each alone ended its trainer; \`gurukul resume ${runId} --only failed\` tries them again:`,
    '',
    ...renderTable(['symbol', 'cohort', 'error', 'times'], rows),
  ];
}
