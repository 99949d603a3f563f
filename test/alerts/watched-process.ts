import { Home } from '../../data/store/home.js';
import { serveMetrics } from '../../temporal-config/metrics/endpoint.js';
import { createProcessMetrics } from '../../temporal-config/metrics/process-metrics.js';
import { announceTarget } from '../../temporal-config/metrics/targets-file.js';

/** A process whose event loop is held up for seconds when it is told so by a message. */
const home = new Home(process.argv[2] ?? '');
const metrics = createProcessMetrics();
const host = '127.0.0.1';
const { port } = await serveMetrics(
  { host, port: 0 },
  { text: metrics.text, problems: async () => Promise.resolve([]) },
);
await announceTarget(home, { name: 'watched', host, port });

/** Above the alert's limit. */
const BLOCKED_MS = 5_500;
process.on('message', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS));
process.on('disconnect', () => process.exit());
process.send?.('ready');
