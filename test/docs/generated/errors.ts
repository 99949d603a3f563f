import type { ErrorPolicy, ErrorType } from '../../../data/errors.js';
import { ERROR_POLICIES, ERROR_TYPES } from '../../../data/errors.js';
import { markdownTable } from '../markdown.js';

/** What each type means and what to do: the compiler sees to it that none is missing. */
const MEANING: Readonly<Record<ErrorType, readonly [meaning: string, remedy: string]>> = {
  DataGap: ['bars are missing that are needed', 'nothing, or bring the bars and `resume --only skipped`'],
  RateLimited: ["a provider's limit is reached", 'nothing: the run waits'],
  ProviderDown: ['a provider does not answer, or answers nonsense', 'nothing, for a day; then `resume`'],
  BadSchema: [
    'bars that cannot be believed: a malformed file, or bars that contradict themselves, the calendar or the list of corporate actions. An unexplained price jump is the most common case',
    'correct the file or the list of corporate actions; the message names file and line',
  ],
  WrongTicker: [
    'two symbols have (nearly) the same bars, or two sources disagree about one symbol',
    "replace the file that holds another company's bars",
  ],
  Diverged: [
    'training of a window diverged: its loss is no longer finite',
    'look at its bars; `resume --only failed`',
  ],
  OutOfMemory: [
    'a trainer ran out of memory',
    'nothing: the next attempt trains half as many windows at once. Every time: fewer `--trainers`',
  ],
  TrainerCrashed: [
    'a trainer crashed or hung, or its worker left',
    'nothing: training goes on from its checkpoint. A window that crashes its trainer three times, alone, is put in quarantine',
  ],
  ChecksumMismatch: [
    'a file is not what it was when it was written',
    '`resume` makes the damaged file again',
  ],
  StoreUnavailable: [
    'the disk is full, or the share is away',
    'make room, or bring it back; it is waited for',
  ],
  InvalidInput: ['the input makes no sense', 'what the message says'],
  Cancelled: ['a person cancelled the run', '`resume` goes on'],
  Bug: ['something that should not happen', 'report it, with the trace file that the message names'],
};

const OUTCOME: Readonly<Record<ErrorPolicy['outcome'], string>> = {
  skip: 'skipped',
  fail: 'failed',
  cancel: 'left as they are',
};

/** The closed list of error types with what the pipeline does about each. */
export function errorTypes(): string {
  return markdownTable(
    ['type', 'meaning', 'another attempt', 'then the windows are', 'what to do'],
    ERROR_TYPES.map((type) => {
      const [meaning, remedy] = MEANING[type];
      const policy = ERROR_POLICIES[type];
      return [`\`${type}\``, meaning, attemptText(policy), OUTCOME[policy.outcome], remedy];
    }),
  );
}

function attemptText({ retry, nextDelayMs, maxDelayMs }: ErrorPolicy): string {
  if (!retry) return 'no';
  if (nextDelayMs === undefined) return "yes, after the activity's own backoff";
  const first = `after ${seconds(nextDelayMs)}`;
  return maxDelayMs === undefined
    ? first
    : `${first}, then twice as long each time, up to ${seconds(maxDelayMs)}`;
}

function seconds(ms: number): string {
  const value = ms / 1000;
  return value >= 60 ? `${value / 60} min` : `${value} s`;
}
