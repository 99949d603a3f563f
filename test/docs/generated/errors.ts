import type { ErrorPolicy, ErrorType } from '../../../data/errors.js';
import { ERROR_MEANINGS, ERROR_POLICIES, ERROR_TYPES } from '../../../data/errors.js';
import { markdownTable } from '../markdown.js';

/** The usual causes of each type, and what to do: the compiler sees to it that none is missing. */
const CAUSES: Readonly<Record<ErrorType, readonly [cause: string, remedy: string]>> = {
  DataGap: [
    'bars that training needs do not exist',
    'nothing, or bring the bars and `resume --only skipped`',
  ],
  RateLimited: ['other runs or programs use the same quota', 'nothing: the run waits'],
  ProviderDown: ['an outage, or an answer that makes no sense', 'nothing, for a day; then `resume`'],
  BadSchema: [
    'a malformed file, or bars that contradict themselves, the calendar or the list of corporate actions. A price jump that no corporate action explains is the most common one',
    'correct the file or the list of corporate actions; the message names file and line',
  ],
  WrongTicker: [
    'two symbols with (nearly) the same bars, or two sources that disagree about one symbol',
    "replace the file that holds another company's bars",
  ],
  Diverged: ['the loss of a window is no longer finite', 'look at its bars; `resume --only failed`'],
  OutOfMemory: [
    'too many trainers for the memory',
    'nothing: the next attempt trains half as many windows at once. Every time: fewer `--trainers`',
  ],
  TrainerCrashed: [
    'a crash, a hang, or a worker that was killed',
    'nothing: training goes on from its checkpoint. A window that crashes its trainer three times, alone, is put in quarantine',
  ],
  ChecksumMismatch: ['a damaged disk, or a file that was edited', '`resume` makes the damaged file again'],
  StoreUnavailable: [
    'a full disk, missing rights, or a share that is away',
    'make room, or bring it back; it is waited for',
  ],
  InvalidInput: ['a flag, a configuration file or a request', 'what the message says'],
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
    ['type', 'meaning', 'usual cause', 'another attempt', 'then the windows are', 'what to do'],
    ERROR_TYPES.map((type) => {
      const [cause, remedy] = CAUSES[type];
      const policy = ERROR_POLICIES[type];
      return [
        `\`${type}\``,
        ERROR_MEANINGS[type],
        cause,
        attemptText(policy),
        OUTCOME[policy.outcome],
        remedy,
      ];
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
