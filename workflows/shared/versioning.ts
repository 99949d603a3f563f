import type { VersioningBehavior, WorkflowDefinitionOptions } from '@temporalio/common';

declare global {
  /** Set by the worker before this code is loaded; the server refuses a behaviour from an unversioned one. */
  var gurukulVersioned: boolean | undefined;
}

/**
 * What becomes of an open workflow when another build becomes current: PINNED, it ends on workers of the
 * build that it began on; AUTO_UPGRADE, it moves to the new one with its next task.
 */
export function onUpgrade(versioningBehavior: VersioningBehavior): WorkflowDefinitionOptions {
  return globalThis.gurukulVersioned === true ? { versioningBehavior } : {};
}
