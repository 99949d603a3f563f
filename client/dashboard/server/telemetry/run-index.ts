import { z } from 'zod';

import { anyEventSchema } from '../../../../data/schemas/telemetry.js';
import type { Home } from '../../../../data/store/home.js';
import { TelemetryFollower } from '../../../../data/telemetry/follow-telemetry.js';
import type { TelemetryLine } from '../../../../data/telemetry/read-telemetry.js';
import { TELEMETRY_START } from '../../../../data/telemetry/read-telemetry.js';
import { telemetryFiles } from '../../../../data/store/telemetry-files.js';
import type { Counted, EventCountsAnswer, SeriesAnswer, SeriesName } from '../../contract/telemetry.js';
import { SERIES_NAMES } from '../../contract/telemetry.js';
import { keysOf } from './event-keys.js';
import { KeyFilter } from './key-filter.js';
import { SeriesBuckets } from './series-buckets.js';

/** Lines between two offsets that are kept: a filter passes over blocks without its events. */
const BLOCK_LINES = 512;
/** How long an answer waits for what was not read yet. */
const PATIENCE_MS = 300;
/** Lines that are taken at once: a few milliseconds. */
const LINES_AT_ONCE = 512;

/** Lines that follow each other in one file. */
export interface Block {
  readonly file: number;
  readonly from: number;
  until: number;
  lines: number;
  /** Names of events that are in it. */
  readonly events: Set<string>;
  /** What they are about. */
  readonly keys: KeyFilter;
}

const shardSchema = z.looseObject({
  arm: z.literal('real'),
  rows: z.number(),
  loss: z.number().nullable(),
  duration: z.number(),
  reused: z.boolean(),
});
const windowSchema = z.looseObject({
  status: z.enum(['succeeded', 'skipped', 'failed']),
  reason: z.string().nullable(),
  loss: z.number().nullable(),
});

/**
 * What is known of a run's telemetry without reading it again: where its lines stand, how many there are of each event,
 * and its figures over time. It grows as the files do; memory is bounded by their size over {@link BLOCK_LINES} lines.
 */
export class RunIndex {
  private readonly blocks: Block[] = [];
  private readonly byEvent = new Map<string, number>();
  private readonly series = new Map(SERIES_NAMES.map((name) => [name, new SeriesBuckets()]));
  private readonly windows = { succeeded: 0, skipped: 0, failed: 0 };
  private readonly reasons = { skipped: new Map<string, number>(), failed: new Map<string, number>() };
  private readonly follower: TelemetryFollower;
  private lines = 0;
  private bytesRead = 0;
  private bytes = 0;
  private first: string | null = null;
  private last: string | null = null;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly home: Home,
    private readonly run: string,
  ) {
    this.follower = new TelemetryFollower(home, run, TELEMETRY_START);
  }

  /**
   * Reads what was written since, and goes on reading after the time is up.
   *
   * @param patienceMs How long the caller waits: by default as long as an answer to a page may.
   */
  async advance(patienceMs = PATIENCE_MS): Promise<void> {
    this.reading ??= this.readOn().finally(() => {
      this.reading = undefined;
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([this.reading, patience]).finally(() => clearTimeout(timer));
  }

  /** Reads to the end of what there is now, however long it takes. @throws GurukulError StoreUnavailable */
  async readToEnd(): Promise<void> {
    do await this.advance(60_000);
    while (this.reading !== undefined);
  }

  /**
   * The blocks that may have what is asked for.
   *
   * @param keys An event has one of these, as `keysOf` names them; absent: any.
   * @param event Name of the event; absent: any.
   */
  blocksWith(keys?: readonly string[], event?: string): readonly Block[] {
    return this.blocks.filter(
      (block) =>
        (event === undefined || block.events.has(event)) &&
        (keys === undefined || keys.some((key) => block.keys.mayHave(key))),
    );
  }

  counts(): EventCountsAnswer {
    return {
      ...this.counted(),
      byEvent: Object.fromEntries(this.byEvent),
      windows: { ...this.windows },
      skippedBy: Object.fromEntries(this.reasons.skipped),
      failedBy: Object.fromEntries(this.reasons.failed),
      first: this.first,
      last: this.last,
    };
  }

  over(name: SeriesName, from: number, to: number, points: number): SeriesAnswer {
    const { width, buckets } = this.series.get(name)?.read(from, to, points) ?? { width: 1, buckets: [] };
    return { ...this.counted(), name, width, buckets };
  }

  private counted(): Counted {
    const { lines, bytesRead, bytes } = this;
    return { lines, bytesRead, bytes, complete: this.reading === undefined };
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const { lines, more } = await this.follower.read(LINES_AT_ONCE);
      for (const line of lines) this.take(line);
      this.bytes = (await telemetryFiles(this.home, this.run)).reduce((sum, file) => sum + file.bytes, 0);
      if (!more) return;
      // Others are served in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private take(line: TelemetryLine): void {
    this.bytesRead += line.next.offset - line.at.offset;
    const block = this.blockOf(line);
    const { data: event } = anyEventSchema.safeParse(line.value());
    if (event === undefined) return;
    this.lines += 1;
    block.events.add(event.event);
    for (const key of keysOf(event)) block.keys.add(key);
    count(this.byEvent, event.event);
    this.first ??= event.at;
    this.last = event.at;
    if (event.event === 'shard') this.takeShard(Date.parse(event.at), event);
    else if (event.event === 'window') this.takeWindow(Date.parse(event.at), event);
  }

  private takeShard(at: number, event: unknown): void {
    const { data: shard } = shardSchema.safeParse(event);
    if (shard === undefined || shard.reused) return;
    const seconds = shard.duration / 1_000;
    this.add('shardSeconds', at, seconds);
    if (seconds > 0) this.add('shardRowsPerSecond', at, shard.rows / seconds);
    if (shard.loss !== null) this.add('shardLoss', at, shard.loss);
  }

  private takeWindow(at: number, event: unknown): void {
    const { data: window } = windowSchema.safeParse(event);
    if (window === undefined) return;
    const { status, reason, loss } = window;
    this.windows[status] += 1;
    if (status !== 'succeeded') count(this.reasons[status], reason ?? 'unknown');
    this.add(
      ({ succeeded: 'windowsSucceeded', skipped: 'windowsSkipped', failed: 'windowsFailed' } as const)[
        status
      ],
      ...([at, 1] as const),
    );
    if (loss !== null) this.add('windowLoss', at, loss);
  }

  private add(name: SeriesName, at: number, value: number): void {
    this.series.get(name)?.add(at, value);
  }

  private blockOf({ at, next }: TelemetryLine): Block {
    const newest = this.blocks.at(-1);
    if (newest?.file === at.file && newest.until === at.offset && newest.lines < BLOCK_LINES) {
      newest.until = next.offset;
      newest.lines += 1;
      return newest;
    }
    const block = {
      ...{ file: at.file, from: at.offset, until: next.offset, lines: 1 },
      ...{ events: new Set<string>(), keys: new KeyFilter() },
    };
    this.blocks.push(block);
    return block;
  }
}

/** Names come from files: those beyond a bound are counted together. */
function count(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < 100 ? name.slice(0, 100) : 'others';
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
