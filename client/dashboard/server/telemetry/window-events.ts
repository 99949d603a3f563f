import { z } from 'zod';

/** A window, and where it is trained. */
export interface WindowPlace {
  /** `SYMBOL_START_to_END`. */
  readonly window: string;
  /** `START_to_END`. */
  readonly cohort: string;
  /** Undefined where it is in none: it was skipped, or its bars were refused. */
  readonly shard: number | undefined;
}

const subjectSchema = z.looseObject({
  window: z.string().max(200).optional().catch(undefined),
  cohort: z.string().max(200).optional().catch(undefined),
  shard: z.number().optional().catch(undefined),
});

/** What an event is about: a window, a shard of a cohort, a whole cohort; undefined for the whole run. */
export function subjectOf(event: unknown): string | undefined {
  const { data } = subjectSchema.safeParse(event);
  if (data?.window !== undefined) return windowKey(data.window);
  if (data?.cohort === undefined) return undefined;
  return data.shard === undefined ? cohortKey(data.cohort) : shardKey(data.cohort, data.shard);
}

/** Subjects of the events of a window: its own, its shard's and its cohort's. */
export function subjectsOf({ window, cohort, shard }: WindowPlace): readonly string[] {
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
