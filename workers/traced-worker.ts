import type { ActivityInterceptorsFactory, WorkerOptions } from '@temporalio/worker';

import type { Tracing } from '../temporal-config/tracing/open-tracing.js';

/** What a worker needs to be traced. */
export interface TracedWorker {
  /** Outermost, so that it sees errors as others do: without secrets. */
  readonly activity: ActivityInterceptorsFactory;
  /** Takes the spans out of the workflows' sandbox. */
  readonly sinks: NonNullable<WorkerOptions['sinks']>;
}

/** The interceptors of a traced worker, loaded when there is one. */
export async function tracedWorker({ processor, resource }: Tracing): Promise<TracedWorker> {
  const opentelemetry = await import('@temporalio/interceptors-opentelemetry/lib/worker/index.js');
  return {
    activity: (context) => ({
      inbound: new opentelemetry.OpenTelemetryActivityInboundInterceptor(context),
      outbound: new opentelemetry.OpenTelemetryActivityOutboundInterceptor(context),
    }),
    sinks: { exporter: opentelemetry.makeWorkflowExporter(processor, resource) },
  };
}
