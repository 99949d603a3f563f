import { RecentlyUsed } from '../../data/recently-used.js';
import type { ProgressAnswer } from '../dashboard/contract/runs.js';
import type { Snapshot } from './progress-snapshot.js';
import type { RateMeter } from './rate.js';
import { createRateMeter } from './rate.js';

/** Runs whose pace is remembered; the one that was asked about longest ago is forgotten first. */
const KEPT = 50;

/** How fast the runs go that somebody looks at. */
export class RunPaces {
  private readonly meters = new RecentlyUsed<{ readonly windows: RateMeter; readonly work: RateMeter }>(KEPT);

  /** @param at Milliseconds since 1970. */
  progress(runId: string, { phase, windows, work, message }: Snapshot, at: number): ProgressAnswer {
    const meters = this.meters.get(runId) ?? { windows: createRateMeter(), work: createRateMeter() };
    this.meters.set(runId, meters);
    if (phase === 'teach') {
      meters.windows.add(at, windows.succeeded + windows.failed);
      meters.work.add(at, work.done);
    }
    return {
      message,
      ...work,
      perMinute: meters.windows.perMinute() ?? null,
      etaMs: meters.work.etaMs(work.total - work.done) ?? null,
    };
  }
}
