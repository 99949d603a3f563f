/**
 * The closed union of error types: everything that can go wrong. Each type has exactly one policy
 * (`ERROR_POLICIES`). There are no other error types; an unknown error is a `Bug`.
 */
export const ERROR_TYPES = [
  /** There are too few bars to work with, and nothing is wrong with those that exist. */
  'DataGap',
  /** A provider's quota is used up. */
  'RateLimited',
  /** A provider does not answer, or answers with a server error. */
  'ProviderDown',
  /** Data failed a check: a file with the wrong columns, or bars with, for example, an unexplained price jump. */
  'BadSchema',
  /** The bars of a symbol are those of another one. */
  'WrongTicker',
  /** Training produced values that are not finite, or losses that grow without limit. */
  'Diverged',
  /** The trainer process, or another that computes, ran out of memory. */
  'OutOfMemory',
  /** The trainer process, or another that computes, ended before its job was done. */
  'TrainerCrashed',
  /** A stored file is missing, or has changed since it was written. */
  'ChecksumMismatch',
  /** The disk or network share cannot be read or written at the moment. */
  'StoreUnavailable',
  /** A flag, a configuration or an input file of the user is wrong. */
  'InvalidInput',
  /** The run was cancelled. */
  'Cancelled',
  /** Anything else: a mistake in the program. */
  'Bug',
] as const;

export type ErrorType = (typeof ERROR_TYPES)[number];

/** What the pipeline does about an error type. */
export interface ErrorPolicy {
  /** Whether another attempt can help. */
  readonly retry: boolean;
  /** Delay before the next attempt in milliseconds; absent: the backoff of the activity profile. */
  readonly nextDelayMs?: number;
  /** The delay doubles with each attempt, up to this maximum; absent: the delay is constant. */
  readonly maxDelayMs?: number;
  /** What happens to the affected windows when no attempts are left. */
  readonly outcome: 'skip' | 'fail' | 'cancel';
}

export const ERROR_POLICIES: Readonly<Record<ErrorType, ErrorPolicy>> = {
  DataGap: { retry: false, outcome: 'skip' },
  RateLimited: { retry: true, nextDelayMs: 60_000, outcome: 'fail' },
  ProviderDown: { retry: true, nextDelayMs: 30_000, outcome: 'fail' },
  BadSchema: { retry: false, outcome: 'fail' },
  WrongTicker: { retry: false, outcome: 'fail' },
  Diverged: { retry: false, outcome: 'fail' },
  OutOfMemory: { retry: true, nextDelayMs: 1_000, outcome: 'fail' },
  TrainerCrashed: { retry: true, nextDelayMs: 1_000, outcome: 'fail' },
  ChecksumMismatch: { retry: true, nextDelayMs: 1_000, outcome: 'fail' },
  // A network share that is being mounted is back in seconds; a full disk waits for a person.
  StoreUnavailable: { retry: true, nextDelayMs: 5_000, maxDelayMs: 300_000, outcome: 'fail' },
  InvalidInput: { retry: false, outcome: 'fail' },
  Cancelled: { retry: false, outcome: 'cancel' },
  Bug: { retry: false, outcome: 'fail' },
};

/** What each error type means, in a few words for a person. */
export const ERROR_MEANINGS: Readonly<Record<ErrorType, string>> = {
  DataGap: 'too few bars',
  RateLimited: 'the quota of the provider is used up',
  ProviderDown: 'the provider does not answer',
  BadSchema: 'the data failed a check',
  WrongTicker: 'bars of another symbol',
  Diverged: 'training did not converge',
  OutOfMemory: 'the trainer ran out of memory',
  TrainerCrashed: 'the trainer process ended',
  ChecksumMismatch: 'a stored file is missing or has changed',
  StoreUnavailable: 'the disk cannot be read or written',
  InvalidInput: 'the input is wrong',
  Cancelled: 'cancelled',
  Bug: 'a mistake in the program',
};

/** Error types that Temporal must not retry, for the activity profiles. */
export const NON_RETRYABLE: readonly ErrorType[] = ERROR_TYPES.filter((type) => !ERROR_POLICIES[type].retry);

/** Delay after a failed attempt, in milliseconds; undefined: the backoff of the activity profile. */
export function retryDelayMs(type: ErrorType, attempt: number): number | undefined {
  const { nextDelayMs, maxDelayMs } = ERROR_POLICIES[type];
  if (nextDelayMs === undefined || maxDelayMs === undefined) return nextDelayMs;
  let delay = nextDelayMs;
  for (let doubled = 1; doubled < attempt && delay < maxDelayMs; doubled += 1) delay *= 2;
  return Math.min(maxDelayMs, delay);
}

/**
 * An error of a known type. Its message tells a person what is wrong and how to fix it.
 */
export class GurukulError extends Error {
  override readonly name = 'GurukulError';

  constructor(
    readonly type: ErrorType,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The trainer process ended before its job was done. */
export class TrainerLostError extends GurukulError {
  constructor(
    type: 'TrainerCrashed' | 'OutOfMemory',
    message: string,
    /** True if the job itself probably caused it, false if something else ended the process. */
    readonly byItself: boolean,
  ) {
    super(type, message);
  }
}

/** Invalid input; it lists every problem, not only the first. */
export class InvalidInputError extends GurukulError {
  constructor(readonly problems: readonly string[]) {
    super('InvalidInput', problems.join('\n'));
  }
}

/** System error codes that mean a problem of the disk or the network share, not of the program. */
const STORE_CODES: readonly string[] = [
  'EACCES',
  'EBUSY',
  'EDQUOT',
  'EFBIG',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENODEV',
  'ENOSPC',
  'EPERM',
  'EROFS',
  'ESTALE',
];

/** Converts anything thrown to an error of the closed union; an unknown error becomes a `Bug`. */
export function asGurukulError(error: unknown): GurukulError {
  if (error instanceof GurukulError) return error;
  const code = systemErrorCode(error);
  const type = code !== undefined && STORE_CODES.includes(code) ? 'StoreUnavailable' : 'Bug';
  return new GurukulError(type, errorMessage(error), { cause: error });
}

/** A file operation that the disk refused. @param operation Such as `read FILE`. */
export function storeUnavailable(operation: string, error: unknown): GurukulError {
  const remedy = diskRemedy(error);
  return new GurukulError(
    'StoreUnavailable',
    `cannot ${operation}: ${errorMessage(error)}${remedy === undefined ? '' : `; ${remedy}`}`,
    { cause: error },
  );
}

/** What is wrong with the disk and how to fix it; undefined for any other error. */
export function diskRemedy(error: unknown): string | undefined {
  return DISK_REMEDIES[systemErrorCode(error) ?? ''];
}

const DISK_REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space on it',
  EDQUOT: 'the disk quota of this user is used up: free some space or raise the quota',
  EROFS: 'the disk is mounted read-only: mount it for writing, or set GURUKUL_HOME to another folder',
};

/** Whether a value is the name of an error type. */
export function isErrorType(value: unknown): value is ErrorType {
  return typeof value === 'string' && (ERROR_TYPES as readonly string[]).includes(value);
}

/** The message of anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a Node.js system error (`ENOENT`, …); undefined for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
