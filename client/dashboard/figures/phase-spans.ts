/** A phase of a run, from its start to that of the next. */
export interface PhaseSpan {
  readonly phase: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Null: it goes on. */
  readonly until: number | null;
}

/** Phases in which a run rests. */
const ENDED: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled']);

/**
 * The phases that a run went through. An event that only repeats the phase is none of its own; a run that was resumed
 * begins again after the phase that ended it.
 *
 * @param events Of the telemetry, in any order.
 */
export function phaseSpans(events: readonly { readonly at: string; readonly phase: string }[]): PhaseSpan[] {
  const sorted = events
    .map(({ at, phase }) => ({ phase, from: Date.parse(at) }))
    .sort((a, b) => a.from - b.from);
  const changes = sorted.filter(({ phase }, at) => at === 0 || sorted[at - 1]?.phase !== phase);
  return changes.flatMap(({ phase, from }, at) =>
    ENDED.has(phase) ? [] : [{ phase, from, until: changes[at + 1]?.from ?? null }],
  );
}
