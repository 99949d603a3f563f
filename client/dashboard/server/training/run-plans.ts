import { InvalidInputError } from '../../../../data/errors.js';
import { RecentlyUsed } from '../../../../data/recently-used.js';
import type { Plan } from '../../../../data/schemas/plan.js';
import { planSchema } from '../../../../data/schemas/plan.js';
import type { Home } from '../../../../data/store/home.js';
import { readStoredJson } from '../../../../data/store/stored-files.js';
import { WindowOutcomes } from './window-outcomes.js';

/** A run's plan, and how far its windows are. */
export interface PlannedRun {
  readonly plan: Plan;
  readonly outcomes: WindowOutcomes;
}

/** Plans of ten thousand windows take some megabytes: few are looked at in turn. */
const KEPT = 8;

/** Plans of the runs that were looked at last, read again when they have changed. */
export class RunPlans {
  private readonly kept = new RecentlyUsed<PlannedRun & { readonly stamp: string }>(KEPT);

  constructor(private readonly home: Home) {}

  /** @throws InvalidInputError when the run has no plan yet. */
  async of(runId: string): Promise<PlannedRun> {
    const file = this.home.plan(runId);
    const found = await this.home.store.head(this.home.relative(file)).catch(() => undefined);
    if (found === undefined) throw new InvalidInputError([`run ${runId} has no plan yet`]);
    const stamp = `${found.writtenMs} ${found.bytes}`;
    const known = this.kept.get(runId);
    if (known?.stamp === stamp) return known;
    const plan = await readStoredJson(this.home, file, planSchema);
    if (plan === undefined) throw new InvalidInputError([`run ${runId} has no plan yet`]);
    const planned = { plan, outcomes: new WindowOutcomes(this.home, runId), stamp };
    this.kept.set(runId, planned);
    return planned;
  }
}
