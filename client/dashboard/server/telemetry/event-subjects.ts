/** A window, and where it is trained. */
export interface WindowPlace {
  /** `SYMBOL_START_to_END`. */
  readonly window: string;
  /** `START_to_END`. */
  readonly cohort: string;
  /** Undefined where it is in none: it was skipped, or its bars were refused. */
  readonly shard: number | undefined;
  /** All symbols of its shard. */
  readonly symbols: readonly string[];
}

/** Fields of an event, of which nothing is known. */
export type EventFields = Readonly<Record<string, unknown>>;

/** What an event is about: a window, a shard of a cohort, or a whole cohort; undefined: the run. */
export function subjectOf({ window, cohort, shard }: EventFields): string | undefined {
  if (typeof window === 'string') return windowKey(window);
  if (typeof cohort !== 'string') return undefined;
  return typeof shard === 'number' ? shardKey(cohort, shard) : cohortKey(cohort);
}

/** Subjects of the events of a window: its own, its shard's and its cohort's. */
export function subjectsOf({
  window,
  cohort,
  shard,
}: Pick<WindowPlace, 'window' | 'cohort' | 'shard'>): readonly string[] {
  return [windowKey(window), cohortKey(cohort), ...(shard === undefined ? [] : [shardKey(cohort, shard)])];
}

function windowKey(window: string): string {
  return `window ${window}`;
}

function cohortKey(cohort: string): string {
  return `cohort ${cohort}`;
}

function shardKey(cohort: string, shard: number): string {
  return `shard ${cohort}/${shard}`;
}
