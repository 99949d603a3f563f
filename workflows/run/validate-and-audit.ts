import type { RunStatus } from '../../data/schemas/run-status.js';
import { heartbeatTimeoutFor } from '../contract/profiles.js';
import { artifact, cpu, meta } from '../shared/activities.js';
import type { PreparedRun } from './prepare-run.js';
import type { RunBook } from './run-book.js';
import type { RunControl } from './run-control.js';

/** Everything after training: figures, bundle. */
export async function validateAndAudit(
  { settled: { config }, head, ingest, trials }: PreparedRun,
  book: RunBook,
  control: RunControl,
): Promise<RunStatus> {
  const { windowDays, interval } = config;
  const heartbeatTimeout = heartbeatTimeoutFor({ windows: head.trainable, windowDays, interval });
  await control.gate.opened();
  const index = await meta.indexRun.executeWithOptions({ summary: 'list of shards and students' }, [
    { config, plan: head.plan },
  ]);

  await control.gate.opened();
  await book.enter('validate', 'leakage probes, figures from the predictions');
  const probed = await cpu.probeLeakage.executeWithOptions({ summary: 'leakage probes', heartbeatTimeout }, [
    { config, ingest, plan: head.plan, index },
  ]);
  await control.gate.opened();
  const gathered = await cpu.gatherPredictions.executeWithOptions(
    { summary: 'predictions of all shards', heartbeatTimeout },
    [{ config, index, ingest }],
  );
  await control.gate.opened();
  const figures = await cpu.validateRun.executeWithOptions(
    { summary: 'metrics, tests, stress', heartbeatTimeout },
    [{ config, ...gathered, drift: probed.drift, trials }],
  );

  await control.gate.opened();
  await book.enter('audit', 'writing and checking the bundle');
  const { metrics, statTests, stressTests } = figures;
  const bundle = await artifact.auditBundle.executeWithOptions(
    { summary: 'bundle, signature, self-check', heartbeatTimeout },
    [{ config, plan: head.plan, ingest, index, ...gathered, ...probed, metrics, statTests, stressTests }],
  );
  book.bundled(bundle.bundle, bundle.digest);
  await book.end('done', `bundle ${bundle.digest.slice(0, 12)} verified`);
  return book.status();
}
