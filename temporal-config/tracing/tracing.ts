import type { Tracing } from './open-tracing.js';

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

let opened: Promise<Tracing> | undefined;

/** Whether OpenTelemetry's own variables ask for traces. */
export function asksForTraces(env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['OTEL_SDK_DISABLED'] === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none') return false;
  return ENDPOINTS.some((name) => (env[name] ?? '') !== '');
}

/**
 * The traces of this process; undefined, and nothing loaded, where nobody asks for them.
 *
 * @param service The name of the process in traces, unless `OTEL_SERVICE_NAME` names it.
 */
export async function tracingOf(service: string): Promise<Tracing | undefined> {
  if (!asksForTraces()) return undefined;
  opened ??= import('./open-tracing.js').then(({ openTracing }) => openTracing(service));
  return opened;
}

/** Sends what was not sent yet, for a process that ends. */
export async function flushTraces(): Promise<void> {
  // A collector that does not answer is no reason to fail.
  await (await opened)?.flush().catch(() => undefined);
}
