import type { Home } from '../../../../data/store/home.js';
import { TelemetryFollower } from '../../../../data/telemetry/follow-telemetry.js';
import type { TelemetryPosition } from '../../../../data/telemetry/read-telemetry.js';
import { readTelemetry, readTelemetryBack } from '../../../../data/telemetry/read-telemetry.js';
import type { EventLine } from '../../contract/telemetry.js';
import { comparePositions, cursorOf, eventLineOf } from './event-lines.js';

/** Events that are kept for pages that are slower than the run. */
const KEPT = 500;
/** Events that a page begins with. */
const AT_FIRST = 200;

/** Events after which the list of runs is another one. */
const STATE_EVENTS: ReadonlySet<string> = new Set([
  'phase',
  'decision_waits',
  'decision',
  'champion_review',
  'champion_ended',
  'champion_changed',
]);

/** What a page is sent at once. */
export interface FeedPart {
  /** Oldest first. */
  readonly events: readonly EventLine[];
  /** Older ones that it is not sent. */
  readonly leftOut: number;
  /** Where the next line begins. */
  readonly next: TelemetryPosition;
}

/** The newest events of one run, read once however many pages show it. */
export class RunFeed {
  private readonly follower: TelemetryFollower;
  private kept: { readonly number: number; readonly line: EventLine }[] = [];
  private newest = 0;
  private reading: Promise<boolean> | undefined;
  private readAgain = false;
  /** Moves with what is kept: while lines are read, the follower is past some that nobody was told. */
  private nextLine: TelemetryPosition;

  /** @param from Where it begins to read. */
  constructor(
    private readonly home: Home,
    private readonly run: string,
    from: TelemetryPosition,
  ) {
    this.follower = new TelemetryFollower(home, run, from);
    this.nextLine = from;
  }

  /** Number of the newest event that was read. */
  get last(): number {
    return this.newest;
  }

  /** Where the next line begins. */
  get next(): TelemetryPosition {
    return this.nextLine;
  }

  /**
   * Reads what was written since. Of calls at one time one reads.
   *
   * @returns Whether the state of the run is another one.
   */
  async read(): Promise<boolean> {
    this.readAgain = true;
    this.reading ??= this.readAll().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  /** The events after one of a number, the newest of them alone where there are more than are kept. */
  after(number: number): FeedPart {
    const events = this.kept.filter((one) => one.number > number).map(({ line }) => line);
    return { events, leftOut: this.newest - number - events.length, next: this.next };
  }

  /**
   * What a page is sent first: what it missed, or the newest events where it shows none yet.
   *
   * @param since Where it left; absent where it was not there before.
   */
  async first(since: TelemetryPosition | undefined): Promise<FeedPart> {
    const { next } = this;
    if (since === undefined || comparePositions(since, next) > 0) return this.newestBefore(next);
    const oldest = cursorOf(this.kept[0]?.line.cursor ?? '');
    if (oldest !== undefined && comparePositions(oldest, since) <= 0)
      return { events: this.keptSince(since), leftOut: 0, next };
    return this.readSince(since, next);
  }

  private keptSince(since: TelemetryPosition): EventLine[] {
    return this.kept
      .map(({ line }) => line)
      .filter(({ cursor }) => comparePositions(cursorOf(cursor) ?? since, since) >= 0);
  }

  private async newestBefore(next: TelemetryPosition): Promise<FeedPart> {
    const events: EventLine[] = [];
    for await (const line of readTelemetryBack(this.home, this.run, next)) {
      const event = eventLineOf(line);
      if (event !== undefined) events.push(event);
      if (events.length === AT_FIRST) break;
    }
    return { events: events.reverse(), leftOut: 0, next };
  }

  private async readSince(since: TelemetryPosition, next: TelemetryPosition): Promise<FeedPart> {
    let [events, leftOut]: [EventLine[], number] = [[], 0];
    for await (const { lines } of readTelemetry(this.home, this.run, since)) {
      const missed = lines.filter(({ at }) => comparePositions(at, next) < 0);
      const shown = missed.slice(-KEPT).flatMap((line) => eventLineOf(line) ?? []);
      const all = [...events, ...shown];
      leftOut += missed.length - shown.length + Math.max(0, all.length - KEPT);
      events = all.slice(-KEPT);
    }
    return { events, leftOut, next };
  }

  private async readAll(): Promise<boolean> {
    let changed = false;
    while (this.readAgain) {
      this.readAgain = false;
      const { lines, more } = await this.follower.read();
      if (more) this.readAgain = true;
      const events = lines.flatMap((line) => eventLineOf(line) ?? []);
      changed ||= events.some(({ event }) => STATE_EVENTS.has(event));
      const numbered = events.map((line) => ({ number: (this.newest += 1), line }));
      this.kept = [...this.kept, ...numbered].slice(-KEPT);
      this.nextLine = this.follower.position();
    }
    return changed;
  }
}
