import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { WorkflowBundleOption } from '@temporalio/worker';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';

/** Where the build leaves the workflows' bundle. */
export const PREBUILT_BUNDLE = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
const WORKFLOWS = fileURLToPath(new URL('../workflows/index.js', import.meta.url));

/** Bundles the workflow code as a worker would. */
export async function bundleWorkflows(): Promise<{ readonly code: string }> {
  return bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: new DefaultLogger('WARN') });
}

/** The bundle of the build, or, where there is none, one made now (a few seconds). */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  return existsSync(PREBUILT_BUNDLE) ? { codePath: PREBUILT_BUNDLE } : bundleWorkflows();
}
