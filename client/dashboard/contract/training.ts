/** How a planned window stands, a letter each, so that ten thousand take ten kilobytes. */
export const OUTCOMES = {
  absent: '.',
  waiting: 'w',
  succeeded: 's',
  skipped: 'k',
  failed: 'f',
} as const;
export type Outcome = keyof typeof OUTCOMES;

/** Every planned window of a run: a row a symbol, a column a cohort. */
export interface GridAnswer {
  readonly symbols: readonly string[];
  /** Cohorts in the order of their dates; their id is `START_to_END`. */
  readonly cohorts: readonly string[];
  /** One letter of {@link OUTCOMES} a cell, row by row. */
  readonly cells: string;
  /** Different reasons of skipped and failed windows. */
  readonly reasons: readonly string[];
  /** Pairs of a cell's index and its reason's. */
  readonly reasonOf: readonly (readonly [cell: number, reason: number])[];
}

/** A window that its page shows. */
export interface WindowAnswer {
  readonly window: string;
  readonly symbol: string;
  readonly cohort: string;
  readonly outcome: Outcome;
  readonly reason: string;
  /** Bars inside the window. */
  readonly bars: number;
  /** Workflow that trains its cohort. */
  readonly workflowId: string;
  readonly rows: {
    readonly fit: number | null;
    readonly validation: number | null;
    readonly forward: number | null;
  };
  readonly logLoss: { readonly validation: number | null; readonly forward: number | null };
  /** Log-loss of the window's base rate on the same forward rows. */
  readonly baseLogLoss: number | null;
  readonly baseRate: number | null;
  /** Forward rows, in the order of their dates. */
  readonly forward: readonly {
    readonly date: string;
    readonly probability: number;
    readonly label: number | null;
  }[];
  /** How much the log-loss rises when a feature is shuffled, the largest first. */
  readonly importance: readonly { readonly feature: string; readonly lossRise: number }[];
  readonly choices: readonly WindowChoice[];
  /** Attempts at it, at its shard and at its cohort's prior that ended without a result, the newest last. */
  readonly attempts: readonly WindowAttempt[];
}

/** An attempt that ended without a result. */
export interface WindowAttempt {
  /** When it was told, ISO; null where no event tells of it. */
  readonly at: string | null;
  /** What was tried: `window`, `shard`, `prior`, or one of the last two `of the placebo`. */
  readonly of: string;
  /** From 1; null where it is not known. */
  readonly attempt: number | null;
  /** Type of the error; empty where only the attempt after it is known. */
  readonly error: string;
  readonly message: string;
}

/** What a cohort's fit chose on its own past. */
export interface WindowChoice {
  readonly what: string;
  readonly rule: string;
  readonly rows: number;
  /** Configurations in the order of the declared grid, with their figure on the cohort's past. */
  readonly grid: readonly {
    /** Settings by name; `off` is the strength at which what it restrains is left out. */
    readonly config: Readonly<Record<string, number | string>>;
    /** More is better. */
    readonly figure: number | null;
  }[];
  readonly chosen: number;
  readonly standard: number;
}

/** Failed windows by error and cause. */
export interface FailuresAnswer {
  readonly groups: readonly {
    readonly error: string;
    readonly windows: number;
    readonly cases: readonly {
      readonly message: string;
      readonly symbols: readonly string[];
      readonly windows: number;
    }[];
    readonly remedy: string;
  }[];
}

/** Which bars a run had. */
export interface CoverageAnswer {
  /** Null before the bars are ingested. */
  readonly coverage: {
    readonly source: string;
    readonly interval: string;
    readonly lastSession: string | null;
    readonly symbols: readonly {
      readonly symbol: string;
      readonly verdict: string;
      readonly first: string | null;
      readonly last: string | null;
      readonly bars: number;
      readonly missing: number;
      readonly reasons: string;
    }[];
  } | null;
}

/** Who works, and what waits for them. */
export interface WorkersAnswer {
  readonly queues: readonly {
    readonly queue: string;
    /** Of activities that nobody has taken; null where the server does not say. */
    readonly backlog: number | null;
    readonly oldestSeconds: number | null;
    readonly workers: readonly { readonly identity: string; readonly lastSeenSeconds: number | null }[];
  }[];
  readonly quotas: readonly {
    readonly provider: string;
    readonly dayCalls: number;
    readonly dayLimit: number;
    readonly waiting: number;
  }[];
  /** Why nothing is known of queues and quotas; null where the server answered. */
  readonly remark: string | null;
  readonly processes: readonly WorkerProcess[];
}

/** A worker process, as its own metrics have it. */
export interface WorkerProcess {
  /** `worker-train` */
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** Null: it does not answer. */
  readonly figures: WorkerFigures | null;
}

/** What a worker process says of itself. Bytes and seconds. */
export interface WorkerFigures {
  readonly residentBytes: number | null;
  /** Longest that its event loop was held up lately. */
  readonly loopDelay: number | null;
  readonly slots: readonly {
    readonly queue: string;
    readonly kind: 'activities' | 'workflow tasks';
    readonly used: number;
    readonly free: number;
  }[];
  readonly trainers: readonly {
    readonly trainer: string;
    /** `cpu`, or a GPU's index. */
    readonly device: string;
    readonly residentBytes: number | null;
    readonly loopDelay: number | null;
    /** Since the last checkpoint of its job; null: it has none. */
    readonly checkpointAge: number | null;
  }[];
  readonly gpus: readonly {
    readonly gpu: string;
    readonly model: string;
    readonly usedBytes: number | null;
    readonly totalBytes: number | null;
    /** Share of the last moments in which it computed; null where its driver does not say. */
    readonly utilisation: number | null;
  }[];
}
