import { readdir } from 'node:fs/promises';

import { RUN_ID_PATTERN } from '../../../../data/schemas/run-choices.js';
import type { Home } from '../../../../data/store/home.js';
import type { TelemetryPosition } from '../../../../data/telemetry/read-telemetry.js';
import { TELEMETRY_START, telemetryEnd } from '../../../../data/telemetry/read-telemetry.js';
import type { FolderWatch } from '../../../../data/telemetry/watch-folder.js';
import { watchFolder } from '../../../../data/telemetry/watch-folder.js';
import { comparePositions } from './event-lines.js';
import { RunFeed } from './run-feed.js';

/** Where the file system does not tell of changes, files are looked at this often. */
const LOOK_EVERY_MS = 500;

/** A page that listens. */
export interface Listener {
  /** Run whose events it shows; absent: the state of runs alone. */
  readonly run: string | undefined;
  /** Told that there is something new. */
  readonly wake: () => void;
  /** Runs whose state is another one since it was last told. */
  readonly changed: Set<string>;
}

/**
 * Follows the telemetry of all runs while there is a page that listens: one watcher of the folder and one reader a run,
 * however many pages there are.
 */
export class LiveTelemetry {
  private readonly feeds = new Map<string, Promise<RunFeed>>();
  private readonly listeners = new Set<Listener>();
  private watched: FolderWatch | undefined;
  private opening: Promise<void> | undefined;

  constructor(private readonly home: Home) {}

  /**
   * Begins to tell a page.
   *
   * @param since Where the page left. It may have asked for events before the feed read them: then they are read now,
   *   so that they are not told to it again as new ones.
   * @returns The feed of its run.
   */
  async listen(listener: Listener, since?: TelemetryPosition): Promise<RunFeed | undefined> {
    this.listeners.add(listener);
    await (this.opening ??= this.open());
    if (listener.run === undefined) return undefined;
    const feed = await this.feedOf(listener.run);
    if (since !== undefined && comparePositions(since, feed.next) > 0) await this.lookAt(listener.run);
    return feed;
  }

  leave(listener: Listener): void {
    this.listeners.delete(listener);
    if (this.listeners.size === 0) this.stop();
  }

  /** Wakes all pages for the last time. */
  close(): void {
    for (const { wake } of this.listeners) wake();
    this.listeners.clear();
    this.stop();
  }

  private stop(): void {
    this.watched?.close();
    this.watched = undefined;
    this.opening = undefined;
    this.feeds.clear();
  }

  private async open(): Promise<void> {
    for (const run of await this.runs()) void this.feedOf(run);
    this.watched = watchFolder(this.home.telemetryDir(), LOOK_EVERY_MS, (name) => {
      void this.look(name).catch(() => undefined);
    });
  }

  /** Of a run that is new since pages listen, all is new. */
  private feedOf(run: string, isNew = false): Promise<RunFeed> {
    const known = this.feeds.get(run);
    if (known !== undefined) return known;
    const feed = (async () =>
      new RunFeed(this.home, run, isNew ? TELEMETRY_START : await telemetryEnd(this.home, run)))();
    this.feeds.set(run, feed);
    return feed;
  }

  private async look(name: string | undefined): Promise<void> {
    const named = name === undefined ? undefined : runOfFile(name);
    if (name !== undefined && named === undefined) return;
    const runs = named === undefined ? await this.runs() : [named];
    for (const run of runs) await this.lookAt(run);
  }

  private async lookAt(run: string): Promise<void> {
    const isNew = !this.feeds.has(run);
    const feed = await this.feedOf(run, isNew);
    const before = feed.last;
    const changed = (await feed.read()) || isNew;
    if (changed || feed.last > before) this.tell(run, changed);
  }

  private tell(run: string, changed: boolean): void {
    for (const listener of this.listeners) {
      if (changed) listener.changed.add(run);
      if (changed || listener.run === run) listener.wake();
    }
  }

  private async runs(): Promise<string[]> {
    const names = await readdir(this.home.telemetryDir()).catch((): string[] => []);
    return [...new Set(names.map(runOfFile).filter((run) => run !== undefined))];
  }
}

/** The run that a file is about: `RUN.jsonl`, `RUN.jsonl.1`, … */
function runOfFile(name: string): string | undefined {
  const run = /^(.+)\.jsonl(?:\.\d+)?$/.exec(name)?.[1];
  return run !== undefined && RUN_ID_PATTERN.test(run) ? run : undefined;
}
