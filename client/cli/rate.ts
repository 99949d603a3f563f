/** How fast something counted goes on, from samples of the last minutes. */
export interface RateMeter {
  /** @param at Milliseconds of any clock that does not jump back. */
  add(at: number, done: number): void;
  /** Things a minute; undefined before anything was seen to be done. */
  perMinute(): number | undefined;
  /** Milliseconds until `remaining` more are done; undefined while the rate is unknown. */
  etaMs(remaining: number): number | undefined;
}

/**
 * Batches end together, so counts jump: the rate is taken over minutes, not between two samples.
 *
 * @param spanMs Samples older than this are forgotten.
 */
export function createRateMeter(spanMs = 300_000): RateMeter {
  let samples: { readonly at: number; readonly done: number }[] = [];
  const perMinute = (): number | undefined => {
    const first = samples[0];
    const last = samples.at(-1);
    if (first === undefined || last === undefined) return undefined;
    if (last.at <= first.at || last.done <= first.done) return undefined;
    return ((last.done - first.done) / (last.at - first.at)) * 60_000;
  };
  return {
    add: (at, done) => {
      // A count that fell belongs to a new attempt: what went before says nothing about it.
      if (done < (samples.at(-1)?.done ?? 0)) samples = [];
      samples.push({ at, done });
      while (samples.length > 2 && (samples[0]?.at ?? at) < at - spanMs) samples.shift();
    },
    perMinute,
    etaMs: (remaining) => {
      if (remaining <= 0) return 0;
      const rate = perMinute();
      return rate === undefined ? undefined : (remaining / rate) * 60_000;
    },
  };
}
