import { compareOnSameRows } from '../audit/compare-on-same-rows.js';
import { verifyBundle } from '../audit/verify.js';

/** What computes for seconds over bundles; in a worker, a thread of its pool does it. */
export interface BundleWork {
  readonly verifyBundle: typeof verifyBundle;
  readonly compareOnSameRows: typeof compareOnSameRows;
}

/** In this thread: for programs that have nothing else to answer. */
export const HERE: BundleWork = { verifyBundle, compareOnSameRows };
