import type { ReleaseWorkflows } from './follow-log.js';
import type { ReleaseHome } from './transition.js';

/** Dependencies of the promote activities, from the worker. */
export interface PromoteDeps extends ReleaseHome {
  readonly workflows: ReleaseWorkflows;
}
