import { Worker } from '@temporalio/worker';
import { z } from 'zod';

import { createFetchActivities } from '../../activities/ingest/fetch/index.js';
import { createIngestActivities } from '../../activities/ingest/index.js';
import { providerSettings } from '../../data/sources/provider-settings.js';
import { parseWorkerCommandLine } from '../../data/schemas/worker-arguments.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { connectWorker } from '../../temporal-config/connection.js';
import { activityFailures } from '../../workers/activity-failures.js';
import { createLogger } from '../../workers/logging.js';
import { quietRuntime } from './quiet-runtime.js';

/*
 * A worker process of role io with other provider limits: the minute of the real limits takes a minute. Everything
 * else is as in workers/main.ts.
 */

/** The limits, in an environment variable as JSON. */
const limitsSchema = z.object({
  spanCalls: z.number(),
  spanMs: z.number(),
  dayCalls: z.number(),
  dayMs: z.number(),
  dayOffsetMs: z.number(),
  marginMs: z.number(),
});
const CALL_TIMEOUT_MS = 600;

const { home: root, address } = parseWorkerCommandLine(process.argv.slice(2));
quietRuntime();
const { connection, namespace } = await connectWorker(address === undefined ? {} : { address });
const home = new Home(root ?? '');
const usual = providerSettings(home);
const limits = limitsSchema.parse(JSON.parse(process.env['TEST_BREEZE_LIMITS'] ?? ''));
const settings = { ...usual, breeze: { ...usual.breeze, limits }, callTimeoutMs: CALL_TIMEOUT_MS };
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: 'io',
  activities: {
    ...createIngestActivities({ home, packageRoot }),
    ...createFetchActivities({ home, packageRoot, settings: () => settings, now: Date.now }),
  },
  interceptors: { activity: [activityFailures(createLogger({ pid: process.pid }))] },
});
process.on('SIGTERM', () => worker.shutdown());
process.on('disconnect', () => worker.shutdown());
process.channel?.unref();
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
await worker.run();
await connection.close();
