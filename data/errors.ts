/**
 * The closed union of everything that can go wrong. Each type is mapped exactly once to what the
 * pipeline does about it; no other error types exist, and an unknown error is a `Bug`.
 */
export const ERROR_TYPES = [
  'DataGap',
  'RateLimited',
  'ProviderDown',
  'BadSchema',
  'WrongTicker',
  'Diverged',
  'OutOfMemory',
  'TrainerCrashed',
  'ChecksumMismatch',
  'StoreUnavailable',
  'InvalidInput',
  'Cancelled',
  'Bug',
] as const;

export type ErrorType = (typeof ERROR_TYPES)[number];

/** What the pipeline does about an error type. */
export interface ErrorPolicy {
  /** Whether another attempt can help. */
  readonly retry: boolean;
  /** Delay before the next attempt in milliseconds; absent: the activity profile's backoff. */
  readonly nextDelayMs?: number;
  /** The delay doubles from attempt to attempt, up to this; absent: it stays as it is. */
  readonly mostDelayMs?: number;
  /** What becomes of the windows concerned when attempts are used up. */
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
  // A share that is being mounted is back in seconds, a full disk when a person has made room.
  StoreUnavailable: { retry: true, nextDelayMs: 5_000, mostDelayMs: 300_000, outcome: 'fail' },
  InvalidInput: { retry: false, outcome: 'fail' },
  Cancelled: { retry: false, outcome: 'cancel' },
  Bug: { retry: false, outcome: 'fail' },
};

/** Error types that Temporal must not retry, for the activity profiles. */
export const NON_RETRYABLE: readonly ErrorType[] = ERROR_TYPES.filter((type) => !ERROR_POLICIES[type].retry);

/** Delay before the attempt after this one, in milliseconds; undefined: the activity profile's backoff. */
export function retryDelayMs(type: ErrorType, attempt: number): number | undefined {
  const { nextDelayMs, mostDelayMs } = ERROR_POLICIES[type];
  if (nextDelayMs === undefined || mostDelayMs === undefined) return nextDelayMs;
  return Math.min(mostDelayMs, nextDelayMs * 2 ** (attempt - 1));
}

/**
 * An expected error of the pipeline. The message is for a person: what is wrong and how to mend it.
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

/** The trainer process ended in the middle of a job. */
export class TrainerLostError extends GurukulError {
  constructor(
    type: 'TrainerCrashed' | 'OutOfMemory',
    message: string,
    /** True where what it was doing is the likely reason, false where it was ended from outside. */
    readonly byItself: boolean,
  ) {
    super(type, message);
  }
}

/** Input with one or more mistakes, all of them named. */
export class InvalidInputError extends GurukulError {
  constructor(readonly problems: readonly string[]) {
    super('InvalidInput', problems.join('\n'));
  }
}

/** What the system says where the disk or the share is at fault, and not the program. */
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

/** Anything thrown as an error of the closed union: what it does not know is a `Bug`. */
export function asGurukulError(error: unknown): GurukulError {
  if (error instanceof GurukulError) return error;
  const code = systemErrorCode(error);
  const type = code !== undefined && STORE_CODES.includes(code) ? 'StoreUnavailable' : 'Bug';
  return new GurukulError(type, errorMessage(error), { cause: error });
}

/** What the disk did not let us do, such as `read FILE`. */
export function storeUnavailable(what: string, error: unknown): GurukulError {
  return new GurukulError('StoreUnavailable', `cannot ${what}: ${errorMessage(error)}`, { cause: error });
}

/** Narrows a string to the closed union. */
export function isErrorType(value: unknown): value is ErrorType {
  return typeof value === 'string' && (ERROR_TYPES as readonly string[]).includes(value);
}

/** The message of anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a Node.js system error (`ENOENT`, …), if it is one. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
