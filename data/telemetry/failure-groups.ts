import { findingRemedy } from '../bars/remedies.js';
import { safeText } from '../text/safe-text.js';
import type { ErrorType } from '../errors.js';
import { ERROR_MEANINGS, ERROR_TYPES } from '../errors.js';
import type { FailedWindow } from './failed-windows.js';

/** Windows that failed in one way. */
export interface FailureGroup {
  readonly error: ErrorType;
  readonly windows: number;
  /** What happened, each different message once: the file and line, or what the trainer said. */
  readonly cases: readonly {
    readonly message: string;
    readonly symbols: readonly string[];
    readonly windows: number;
  }[];
  /** What to do about it. */
  readonly remedy: string;
}

/** Messages of a group that are listed, and symbols named for one message. */
const LISTED = 5;
const NAMED = 4;

/** What to do about windows that failed in training, or for want of something that is no finding. */
const BY_ERROR: Readonly<Record<ErrorType, string>> = {
  DataGap: 'get the missing bars, or choose --from and --to that the bars cover',
  RateLimited: 'wait until the provider takes calls again, then resume',
  ProviderDown: 'wait until the provider answers again, then resume',
  BadSchema: 'correct the bar files, then resume',
  WrongTicker: 'replace the file that holds another company, then resume',
  Diverged: 'look for wrong bars in these windows: gurukul ingest --verify with the same flags',
  OutOfMemory: 'give the training workers more memory, or run fewer of them on one machine, then resume',
  TrainerCrashed: 'see the log of the training worker for why it ended, then resume',
  ChecksumMismatch: 'a file of the run was changed or lost: resume makes it again',
  StoreUnavailable: 'make room on the disk, or mount the share again, then resume',
  InvalidInput: 'correct the input, and start another run with it',
  Cancelled: 'resume goes on from here',
  Bug: 'report it, with the log of the worker',
};

/** Groups failed windows by error and kind of finding, the largest groups first. */
export function groupFailures(failed: readonly FailedWindow[]): FailureGroup[] {
  const groups = new Map<string, FailedWindow[]>();
  for (const window of failed) add(groups, `${window.error} ${window.code ?? ''}`, window);
  return [...groups.values()]
    .flatMap((windows) => {
      const [first] = windows;
      if (first === undefined) return [];
      const { error, code } = first;
      return [
        {
          error,
          windows: windows.length,
          cases: casesOf(windows),
          remedy: (code === undefined ? undefined : findingRemedy(code)) ?? BY_ERROR[error],
        },
      ];
    })
    .sort((a, b) => b.windows - a.windows || ERROR_TYPES.indexOf(a.error) - ERROR_TYPES.indexOf(b.error));
}

/**
 * Failures for a person, a group a paragraph: what failed, with symbol, file and line, and what to do about it.
 *
 * @param more How to see those that are left out.
 */
export function failureLines(failed: readonly FailedWindow[], more: string): string[] {
  return groupFailures(failed).flatMap(({ error, windows, cases, remedy }) => {
    const left = cases.length - LISTED;
    return [
      `${error} (${ERROR_MEANINGS[error]}): ${count(windows, 'window')} of ${count(symbolsOf(cases), 'symbol')}`,
      ...cases.slice(0, LISTED).map((one) => `  ${caseText(one)}`),
      ...(left > 0 ? [`  and ${left} more: ${more}`] : []),
      `  Fix: ${remedy}`,
    ];
  });
}

function caseText(one: FailureGroup['cases'][number]): string {
  const { symbols, windows } = one;
  // A message may quote a file's name or a cell: one line a case, whatever is in it.
  const message = safeText(one.message);
  const [first = ''] = symbols;
  // Most messages begin with the file, which names the symbol.
  if (symbols.length === 1 && message.includes(first)) return message;
  const left = symbols.length - NAMED;
  const named = `${symbols.slice(0, NAMED).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  return `${named} (${count(windows, 'window')}): ${message}`;
}

function casesOf(windows: readonly FailedWindow[]): FailureGroup['cases'] {
  const byMessage = new Map<string, FailedWindow[]>();
  for (const window of windows) add(byMessage, window.message, window);
  return [...byMessage].map(([message, alike]) => ({
    message,
    symbols: [...new Set(alike.map(({ symbol }) => symbol))].sort(),
    windows: alike.length,
  }));
}

function symbolsOf(cases: FailureGroup['cases']): number {
  return new Set(cases.flatMap(({ symbols }) => symbols)).size;
}

function add(groups: Map<string, FailedWindow[]>, key: string, window: FailedWindow): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [window]);
  else group.push(window);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
