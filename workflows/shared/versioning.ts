import type { VersioningBehavior, WorkflowDefinitionOptions } from '@temporalio/common';

declare global {
  /** Set by a versioned worker before this code is loaded; the server rejects a behaviour from other workers. */
  var gurukulVersioned: boolean | undefined;
}

/**
 * What happens to an open workflow when another build becomes current. PINNED: it stays on workers of the build
 * that it started on. AUTO_UPGRADE: it moves to the new build with its next task.
 */
export function onUpgrade(versioningBehavior: VersioningBehavior): WorkflowDefinitionOptions {
  return globalThis.gurukulVersioned === true ? { versioningBehavior } : {};
}
