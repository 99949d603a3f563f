import type { NativeConnection, RuntimeOptions } from '@temporalio/worker';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';

import type { MetricsPlace } from '../../data/schemas/metrics-place.js';
import type { Role } from '../../data/schemas/worker-roles.js';
import type { Home } from '../../data/store/home.js';
import { serveMetrics } from '../../temporal-config/metrics/endpoint.js';
import { addHomeMetrics } from '../../temporal-config/metrics/home-metrics.js';
import type { ProcessMetrics } from '../../temporal-config/metrics/process-metrics.js';
import { createProcessMetrics } from '../../temporal-config/metrics/process-metrics.js';
import { announceTarget } from '../../temporal-config/metrics/targets-file.js';
import { addQuotaMetrics, askKeeper } from './quota-metrics.js';
import { WorkerReadiness } from './readiness.js';
import { installRuntime } from './sdk-metrics.js';

/** The endpoint of a worker process. */
export interface WorkerEndpoint {
  readonly metrics: ProcessMetrics;
  readonly readiness: WorkerReadiness;
  /** Adds figures for which the server is asked, and names the endpoint for Prometheus: a refused start leaves no file. */
  connected(server: {
    readonly connection: NativeConnection;
    readonly namespace: string;
    readonly dataConverter: DataConverter | undefined;
  }): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts Temporal's native runtime and the endpoint of this process; without a place for it, the runtime alone.
 *
 * @throws InvalidInputError when the port is taken.
 */
export async function startWorkerEndpoint(
  { home, roles }: { readonly home: Home; readonly roles: readonly Role[] },
  place: MetricsPlace | undefined,
  runtime: RuntimeOptions,
): Promise<WorkerEndpoint | undefined> {
  if (place === undefined) {
    Runtime.install(runtime);
    return undefined;
  }
  const metrics = createProcessMetrics(await installRuntime(runtime));
  if (roles.includes('meta')) addHomeMetrics(metrics, home);
  const readiness = new WorkerReadiness();
  const { port, close } = await serveMetrics(place, {
    text: metrics.text,
    problems: async () => readiness.problems(),
  });
  let withdraw = async (): Promise<void> => Promise.resolve();
  return {
    metrics,
    readiness,
    connected: async ({ connection, namespace, dataConverter }) => {
      const target = { name: `worker-${roles.join('-')}`, host: place.host, port };
      withdraw = await announceTarget(home, target);
      readiness.connected(connection);
      const client = new Client({
        connection,
        namespace,
        ...(dataConverter === undefined ? {} : { dataConverter }),
      });
      if (roles.includes('io')) addQuotaMetrics(metrics, home, askKeeper(client));
    },
    close: async () => {
      close();
      await withdraw();
    },
  };
}
