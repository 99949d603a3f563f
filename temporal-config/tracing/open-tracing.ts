import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource, detectResourcesSync, envDetectorSync } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';

/** What clients and workers need to be traced. */
export interface Tracing {
  /** Of a client. */
  readonly client: WorkflowClientInterceptor;
  /** Takes finished spans, those of workflows too. */
  readonly processor: SpanProcessor;
  /** Who says all this. */
  readonly resource: Resource;
  /** Sends what was not sent yet. */
  flush(): Promise<void>;
}

/**
 * Opens the traces of this process. Where they are sent, with which headers, is up to OpenTelemetry's own variables
 * (`OTEL_EXPORTER_OTLP_…`), as are the name and attributes of the process (`OTEL_SERVICE_NAME`,
 * `OTEL_RESOURCE_ATTRIBUTES`).
 */
export function openTracing(service: string): Tracing {
  const named = detectResourcesSync({ detectors: [envDetectorSync] }).attributes;
  const resource = new Resource({ 'service.name': service, ...named });
  const processor = new BatchSpanProcessor(new OTLPTraceExporter());
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  provider.register({ contextManager: new AsyncLocalStorageContextManager().enable() });
  return {
    client: new OpenTelemetryWorkflowClientInterceptor(),
    processor,
    resource,
    flush: async () => provider.forceFlush(),
  };
}
