import { fileURLToPath } from 'node:url';

import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';

const WORKFLOWS = fileURLToPath(new URL('../../workflows/index.js', import.meta.url));
const IMPATIENT = fileURLToPath(new URL('./impatient-interceptors.js', import.meta.url));

let made: Promise<{ readonly code: string }> | undefined;

/** The workflows with impatient-interceptors.ts, bundled once a process: that takes seconds. */
export async function impatientBundle(): Promise<{ readonly code: string }> {
  made ??= bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    workflowInterceptorModules: [IMPATIENT],
    logger: new DefaultLogger('WARN'),
  });
  return made;
}
