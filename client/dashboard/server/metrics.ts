import type { FastifyInstance } from 'fastify';
import { Histogram } from 'prom-client';

import type { Home } from '../../../data/store/home.js';
import { readiness } from '../../../temporal-config/metrics/endpoint.js';
import { addHomeMetrics } from '../../../temporal-config/metrics/home-metrics.js';
import { TEXT_FORMAT, createProcessMetrics } from '../../../temporal-config/metrics/process-metrics.js';

const SECONDS = [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Adds `/metrics`, `/healthz` and `/readyz` to the server of the page, so that the process has one address. A process
 * that serves the page has read it, so it is ready as soon as it answers.
 */
export function addMetricsRoutes(app: FastifyInstance, home: Home): void {
  const metrics = createProcessMetrics();
  addHomeMetrics(metrics, home);
  const seconds = new Histogram({
    name: 'gurukul_http_request_seconds',
    help: 'Seconds of requests to the dashboard, by route (not address), method and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [metrics.registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { url = 'none' } = request.routeOptions;
    seconds.observe(
      { method: request.method, route: url, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    done();
  });
  app.get('/metrics', async (_request, reply) => {
    await reply.type(TEXT_FORMAT).send(await metrics.text());
  });
  app.get('/healthz', () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const { status, type, body } = readiness([]);
    await reply.status(status).type(type).send(body);
  });
}
