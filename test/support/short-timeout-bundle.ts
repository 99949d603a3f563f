import { fileURLToPath } from 'node:url';

import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';

const WORKFLOWS = fileURLToPath(new URL('../../workflows/index.js', import.meta.url));
const SHORT_TIMEOUTS = fileURLToPath(new URL('./short-timeout-interceptors.js', import.meta.url));

let made: Promise<{ readonly code: string }> | undefined;

/** The workflows with short-timeout-interceptors.ts, bundled once per process, since that takes seconds. */
export async function shortTimeoutBundle(): Promise<{ readonly code: string }> {
  made ??= bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    workflowInterceptorModules: [SHORT_TIMEOUTS],
    logger: new DefaultLogger('WARN'),
  });
  return made;
}
