import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import type { WorkflowBundleOption } from '@temporalio/worker';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';

/** Where the build leaves the workflows' bundle. */
export const PREBUILT_BUNDLE = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
const WORKFLOWS = fileURLToPath(new URL('../workflows/index.js', import.meta.url));
const FAILURE_CONVERTER = fileURLToPath(new URL('../workflows/shared/failure-converter.js', import.meta.url));

/** For workflows/shared/failure-converter.ts, which cannot read settings; on the first line, so that no line moves. */
const ENCODES_FAILURES = 'globalThis.gurukulEncodesFailures=true;';

/** For workflows/shared/versioning.ts, which cannot read settings; on the first line, so that no line moves. */
const VERSIONED = 'globalThis.gurukulVersioned=true;';

/** Bundles the workflow code as a worker would. */
export async function bundleWorkflows(): Promise<{ readonly code: string }> {
  return bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    failureConverterPath: FAILURE_CONVERTER,
    logger: new DefaultLogger('WARN'),
  });
}

/**
 * The bundle of the build, or, where there is none, one made now (a few seconds).
 *
 * @param settings.versioned Whether it is for a worker of a deployment.
 * @param settings.encodesFailures Whether messages of failures are left to the codec.
 */
export async function workflowBundle(
  settings: { readonly versioned?: boolean; readonly encodesFailures?: boolean } = {},
): Promise<WorkflowBundleOption> {
  const prelude =
    (settings.versioned === true ? VERSIONED : '') +
    (settings.encodesFailures === true ? ENCODES_FAILURES : '');
  const isBuilt = existsSync(PREBUILT_BUNDLE);
  if (prelude === '') return isBuilt ? { codePath: PREBUILT_BUNDLE } : bundleWorkflows();
  const code = isBuilt ? await readFile(PREBUILT_BUNDLE, 'utf8') : (await bundleWorkflows()).code;
  return { code: `${prelude}${code}` };
}
