import type { Home } from '../../data/store/home.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import type { FailedWindow } from '../../data/telemetry/failed-windows.js';
import { failedWindows } from '../../data/telemetry/failed-windows.js';
import { failureLines } from '../../data/telemetry/failure-groups.js';
import { renderTable } from './format.js';

/** What failed in a run and how to fix it; nothing where nothing failed, or its files are elsewhere. */
export async function failureSection(
  home: Home,
  self: string,
  { runId, windows }: RunStatus,
): Promise<string[]> {
  if (windows.failed === 0) return [];
  const lines = failureLines(await failedWindows(home, runId), `${self} status ${runId} --failed`);
  if (lines.length === 0) return [];
  return [
    '',
    'What failed:',
    ...lines.map((line) => `  ${line}`),
    `  Then: ${self} resume ${runId} --only failed`,
  ];
}

/** Every failed window with its error. */
export function failedTable(failed: readonly FailedWindow[]): string[] {
  if (failed.length === 0) return ['', 'No window has failed.'];
  const rows = failed.map(({ symbol, start, end, error, message }) => [symbol, start, end, error, message]);
  return ['', ...renderTable(['symbol', 'start', 'end', 'error', 'message'], rows)];
}

/** What `status --failed --json` lists. */
export function failedJson(failed: readonly FailedWindow[]): Omit<FailedWindow, 'code'>[] {
  return failed.map(({ window, symbol, start, end, error, message }) => ({
    window,
    symbol,
    start,
    end,
    error,
    message,
  }));
}
