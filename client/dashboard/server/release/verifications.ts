import { z } from 'zod';

import { errorMessage } from '../../../../data/errors.js';
import { RecentlyUsed } from '../../../../data/recently-used.js';
import type { Verification } from '../../contract/release.js';

/** Verifies a bundle in a process of its own, and answers what `gurukul audit verify --json` prints. */
export type VerifyBundle = (runId: string) => Promise<string>;

const reportSchema = z.union([
  z.looseObject({ result: z.enum(['ok', 'partly checked']), checked: z.array(z.string()) }),
  z.looseObject({ result: z.literal('failed'), difference: z.string() }),
]);

/** Bundles whose verification is remembered. */
const KEPT = 100;

/** Verifications that somebody asked for: one at a time, each remembered for the digest that it was of. */
export class Verifications {
  private readonly known = new RecentlyUsed<Verification>(KEPT);
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly verify: VerifyBundle) {}

  of(runId: string, digest: string): Verification | null {
    return this.known.get(`${runId} ${digest}`) ?? null;
  }

  /** Asks for one; a verification that runs already is not asked for again. */
  start(runId: string, digest: string): Verification {
    const key = `${runId} ${digest}`;
    const before = this.known.get(key);
    if (before?.result === 'running') return before;
    const running: Verification = { result: 'running', at: null, says: [] };
    this.known.set(key, running);
    this.queue = this.queue.then(async () => this.known.set(key, await this.outcome(runId)));
    return running;
  }

  private async outcome(runId: string): Promise<Verification> {
    const at = (): string => new Date().toISOString();
    try {
      const report = reportSchema.parse(JSON.parse(await this.verify(runId)));
      const says = report.result === 'failed' ? [report.difference] : report.checked;
      return { result: report.result, at: at(), says };
    } catch (error) {
      return { result: 'failed', at: at(), says: [errorMessage(error)] };
    }
  }
}
