import { RecentlyUsed } from '../../../../data/recently-used.js';
import type { Home } from '../../../../data/store/home.js';
import { telemetryFiles } from '../../../../data/store/telemetry-files.js';
import { RunIndex } from './run-index.js';

/** Runs whose index is kept; one that was not asked for the longest goes first. */
const INDEXES = 64;

/** The indexes of the runs that were looked at last. */
export class RunIndexes {
  private readonly kept = new RecentlyUsed<RunIndex>(INDEXES);

  constructor(private readonly home: Home) {}

  async of(run: string): Promise<RunIndex> {
    if ((await telemetryFiles(this.home, run)).length === 0) this.kept.delete(run);
    const index = this.kept.get(run) ?? new RunIndex(this.home, run);
    this.kept.set(run, index);
    return index;
  }
}
