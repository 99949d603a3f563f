import type { SeriesBucket } from '../../contract/telemetry.js';

/** Buckets that are kept: twice of what a page may ask for. */
const KEPT = 4_096;
const FIRST_WIDTH_MS = 250;

interface Sums {
  n: number;
  min: number;
  max: number;
  sum: number;
}

/**
 * Values over time in bounded memory: spans of equal width with the least and the greatest value of each. When there are
 * too many, each two become one.
 */
export class SeriesBuckets {
  private width = FIRST_WIDTH_MS;
  private buckets = new Map<number, Sums>();

  /** @param at Milliseconds since 1970. */
  add(at: number, value: number): void {
    merge(this.buckets, Math.floor(at / this.width), { n: 1, min: value, max: value, sum: value });
    while (this.buckets.size > KEPT) this.widen();
  }

  /**
   * The buckets of a span of time, rising.
   *
   * @param points Buckets at most.
   */
  read(
    from: number,
    to: number,
    points: number,
  ): { readonly width: number; readonly buckets: SeriesBucket[] } {
    const inside = [...this.buckets].filter(([at]) => (at + 1) * this.width > from && at * this.width <= to);
    let factor = 1;
    let merged = new Map(inside.map(([at, sums]) => [at, { ...sums }]));
    while (merged.size > points) {
      factor *= 2;
      merged = halved(merged);
    }
    const width = this.width * factor;
    const buckets = [...merged]
      .sort(([a], [b]) => a - b)
      .map(([at, { n, min, max, sum }]) => ({ at: at * width, n, min, max, mean: sum / n }));
    return { width, buckets };
  }

  private widen(): void {
    this.width *= 2;
    this.buckets = halved(this.buckets);
  }
}

function halved(buckets: ReadonlyMap<number, Sums>): Map<number, Sums> {
  const wide = new Map<number, Sums>();
  for (const [at, sums] of buckets) merge(wide, Math.floor(at / 2), sums);
  return wide;
}

function merge(buckets: Map<number, Sums>, at: number, { n, min, max, sum }: Sums): void {
  const known = buckets.get(at);
  if (known === undefined) {
    buckets.set(at, { n, min, max, sum });
    return;
  }
  known.n += n;
  known.min = Math.min(known.min, min);
  known.max = Math.max(known.max, max);
  known.sum += sum;
}
