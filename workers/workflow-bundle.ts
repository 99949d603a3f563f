import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import type { WorkflowBundleOption } from '@temporalio/worker';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';

import { compiledRoot } from '../data/store/package-root.js';

/** Where the build leaves the workflows' bundle. */
export const PREBUILT_BUNDLE = path.join(compiledRoot, 'workflow-bundle.js');
const WORKFLOWS = path.join(compiledRoot, 'workflows', 'index.js');
const FAILURE_CONVERTER = path.join(compiledRoot, 'workflows', 'shared', 'failure-converter.js');

/** For workflows/shared/failure-converter.ts, which cannot read settings; on the first line, so that no line moves. */
const ENCODES_FAILURES = 'globalThis.gurukulEncodesFailures=true;';

/** For workflows/shared/versioning.ts, which cannot read settings; on the first line, so that no line moves. */
const VERSIONED = 'globalThis.gurukulVersioned=true;';

/** The SDK's interceptors that trace workflows: nearly twice as much code, so it is in a bundle of its own. */
const TRACING = createRequire(import.meta.url).resolve(
  '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors',
);

/** Bundles the workflow code as a worker would. @param traced Whether workflows are traced. */
export async function bundleWorkflows(traced = false): Promise<{ readonly code: string }> {
  return bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    ...(traced ? { workflowInterceptorModules: [TRACING] } : {}),
    failureConverterPath: FAILURE_CONVERTER,
    logger: new DefaultLogger('WARN'),
  });
}

/**
 * The bundle of the build, or, where there is none, one made now (a few seconds).
 *
 * @param settings.versioned Whether it is for a worker of a deployment.
 * @param settings.encodesFailures Whether messages of failures are left to the codec.
 * @param settings.traced Whether workflows are traced: then it is made now.
 */
export async function workflowBundle(
  settings: {
    readonly versioned?: boolean;
    readonly encodesFailures?: boolean;
    readonly traced?: boolean;
  } = {},
): Promise<WorkflowBundleOption> {
  const prelude =
    (settings.versioned === true ? VERSIONED : '') +
    (settings.encodesFailures === true ? ENCODES_FAILURES : '');
  const traced = settings.traced === true;
  const isBuilt = !traced && existsSync(PREBUILT_BUNDLE);
  if (prelude === '') return isBuilt ? { codePath: PREBUILT_BUNDLE } : bundleWorkflows(traced);
  const code = isBuilt ? await readFile(PREBUILT_BUNDLE, 'utf8') : (await bundleWorkflows(traced)).code;
  return { code: `${prelude}${code}` };
}
