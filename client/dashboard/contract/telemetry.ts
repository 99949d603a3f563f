/** A line of a run's telemetry. */
export interface EventLine {
  /**
   * Where the line stands: number of the file and offset in bytes, `0:1234`. Unique in a run; cursors of a run compare
   * by number and then by offset.
   */
  readonly cursor: string;
  /** ISO, UTC. */
  readonly at: string;
  /** Name of the event, such as `shard` or `window_failed`. */
  readonly event: string;
  /** Identity of the event: one that was written twice has one id and two cursors. */
  readonly id: string;
  /** Everything else that the line says; long texts are cut. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * `GET /api/runs/RUN/events?before=&after=&limit=&event=&about=`: a page of events. `about` is the label of a window:
 * its own events, and those of its shard and of its cohort.
 */
export interface EventsAnswer {
  /** Newest first. */
  readonly events: readonly EventLine[];
  /** To be sent as `before` for the next older page; null where there is none. */
  readonly older: string | null;
  /** To be sent as `after` for what comes later. */
  readonly newer: string;
}

/** How far the lines of a run have been counted: large files are read bit by bit. */
export interface Counted {
  /** Lines so far. */
  readonly lines: number;
  readonly bytesRead: number;
  readonly bytes: number;
  /** True where all lines that are there have been read; ask again while it is false. */
  readonly complete: boolean;
}

/** `GET /api/runs/RUN/event-counts`: lines by event; a line that was written twice counts twice. */
export interface EventCountsAnswer extends Counted {
  readonly byEvent: Readonly<Record<string, number>>;
  /** `window` events: by `status`, and those that did not succeed by reason. */
  readonly windows: { readonly succeeded: number; readonly skipped: number; readonly failed: number };
  readonly skippedBy: Readonly<Record<string, number>>;
  readonly failedBy: Readonly<Record<string, number>>;
  /** Times of the first and the last line, ISO; null without any. */
  readonly first: string | null;
  readonly last: string | null;
}

/** What can be drawn over the time of a run. */
export const SERIES_NAMES = [
  'shardLoss',
  'shardSeconds',
  'shardRowsPerSecond',
  'windowLoss',
  'windowsSucceeded',
  'windowsSkipped',
  'windowsFailed',
] as const;
export type SeriesName = (typeof SERIES_NAMES)[number];

/** Values of one span of time. */
export interface SeriesBucket {
  /** Start of the span, milliseconds since 1970. */
  readonly at: number;
  /** Values in it; a rate is `n` by the width of the span. */
  readonly n: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/**
 * `GET /api/runs/RUN/series?name=&from=&to=&points=`: values over time (from, to in ISO), at most 2,000 buckets. Windows
 * are counted (`n`); their values are 1.
 */
export interface SeriesAnswer extends Counted {
  readonly name: SeriesName;
  /** Milliseconds that each bucket spans. */
  readonly width: number;
  /** Rising in time; spans without values are left out. */
  readonly buckets: readonly SeriesBucket[];
}

/**
 * Messages of `GET /api/live?run=RUN` (server-sent events). `events` have the id `RUN:FILE:OFFSET`, where the next line
 * begins, so that a browser that comes back gets what it missed.
 */
export interface LiveMessages {
  /** New lines of the run, oldest first; the newest alone where there are more than a page can show. */
  readonly events: { readonly run: string; readonly events: readonly EventLine[]; readonly leftOut: number };
  /** Runs whose state changed (a phase, a decision, the champion), or which are new. */
  readonly runs: { readonly runs: readonly string[] };
}
