import type { Home } from '../store/home.js';
import type { TelemetryLine, TelemetryPosition } from './read-telemetry.js';
import { readFileLines } from './read-telemetry.js';
import { telemetryFiles } from '../store/telemetry-files.js';

/** What was read, and whether there is more already. */
export interface FollowedLines {
  readonly lines: readonly TelemetryLine[];
  readonly more: boolean;
}

/**
 * Reads a run's telemetry as it grows, through all of its files. A file that another one has followed is still looked
 * at, since a process may have opened it before.
 */
export class TelemetryFollower {
  private readonly offsets = new Map<number, number>();

  /** @param from Where to begin. */
  constructor(
    private readonly home: Home,
    private readonly run: string,
    private readonly from: TelemetryPosition,
  ) {}

  /** Where the next line begins: after the last one that was read of the newest file. */
  position(): TelemetryPosition {
    const newest = Math.max(this.from.file, ...this.offsets.keys());
    return { file: newest, offset: this.offsetOf(newest) };
  }

  /**
   * The lines since the last call, oldest first.
   *
   * @param most Lines after which it stops, about; the rest comes with the next call.
   * @throws GurukulError StoreUnavailable
   */
  async read(most = 2_000): Promise<FollowedLines> {
    const lines: TelemetryLine[] = [];
    for (const { number, path, bytes } of await telemetryFiles(this.home, this.run)) {
      if (number < this.from.file) continue;
      // Removed and written again.
      if (bytes < this.offsetOf(number)) this.offsets.set(number, 0);
      for await (const part of readFileLines(path, number, this.offsetOf(number), bytes)) {
        lines.push(...part.lines);
        this.offsets.set(number, part.next.offset);
        if (lines.length >= most) return { lines, more: true };
      }
      if (!this.offsets.has(number)) this.offsets.set(number, this.offsetOf(number));
    }
    return { lines, more: false };
  }

  private offsetOf(file: number): number {
    return this.offsets.get(file) ?? (file === this.from.file ? this.from.offset : 0);
  }
}
