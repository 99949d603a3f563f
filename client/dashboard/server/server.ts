import { fastifySSE } from '@fastify/sse';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';

import type { Home } from '../../../data/store/home.js';
import { announceTarget } from '../../../temporal-config/metrics/targets-file.js';
import type { DashboardPlace } from './access.js';
import { guardAccess } from './access.js';
import type { DashboardActions } from './actions.js';
import { addActionRoutes } from './actions.js';
import { addMetricsRoutes } from './metrics.js';
import { addPageRoutes, readPageFiles } from './page-files.js';
import { addBacktestRoutes } from './backtest/routes.js';
import { answerProblem } from './problems.js';
import { addRunRoutes } from './runs.js';
import type { ReleaseSource } from './release/routes.js';
import { addReleaseRoutes } from './release/routes.js';
import type { RunSource } from './runs.js';
import type { WorkerSource } from './training/routes.js';
import { addTrainingRoutes } from './training/routes.js';
import { RunPlans } from './training/run-plans.js';
import { windowPlace } from './training/window-place.js';
import { addTelemetryRoutes } from './telemetry/routes.js';
import { RunIndexes } from './telemetry/run-indexes.js';

/** What the dashboard is made of: the command line hands it what its commands do. */
export interface DashboardParts {
  readonly home: Home;
  /** Folder with the built page. */
  readonly pageFolder: string;
  readonly version: string;
  readonly namespace: string;
  readonly webUi: string | null;
  readonly runs: RunSource;
  readonly workers: WorkerSource;
  readonly release: ReleaseSource;
  readonly actions: DashboardActions;
}

/** A dashboard that listens. */
export interface Dashboard {
  readonly url: string;
  /** Ends all answers, and the streams to pages with them. */
  close(): Promise<void>;
}

/**
 * Serves the page and what it shows.
 *
 * @throws GurukulError StoreUnavailable when the page was not built; the system's error when the port is taken.
 */
export async function startDashboard(parts: DashboardParts, place: DashboardPlace): Promise<Dashboard> {
  const app = await buildDashboard(parts, place);
  const url = await app.listen({ host: place.host, port: place.port });
  const withdraw = await announce(parts.home, place, Number(new URL(url).port));
  return {
    url,
    close: async () => {
      await withdraw();
      await app.close();
    },
  };
}

/** Prometheus finds the process by its home, unless it has to know the token. */
async function announce(
  home: Home,
  { host, token }: DashboardPlace,
  port: number,
): Promise<() => Promise<void>> {
  if (token !== undefined) return async () => Promise.resolve();
  return announceTarget(home, { name: 'dashboard', host, port });
}

/** The server before it listens. */
export async function buildDashboard(parts: DashboardParts, place: DashboardPlace): Promise<FastifyInstance> {
  const page = await readPageFiles(parts.pageFolder);
  // Streams to pages never end by themselves.
  const app = fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 });
  app.setErrorHandler(answerProblem);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // TLS is the proxy's, and so is the promise to keep using it.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  await app.register(fastifySSE, { heartbeatInterval: 15_000 });
  const pageToken = await guardAccess(app, place);
  addPageRoutes(app, page);
  app.get('/api/home', () => ({
    version: parts.version,
    home: parts.home.root,
    namespace: parts.namespace,
    webUi: parts.webUi,
    readOnly: place.readOnly,
    pageToken,
  }));
  addMetricsRoutes(app, parts.home);
  addRunRoutes(app, parts.runs);
  const plans = new RunPlans(parts.home);
  const indexes = new RunIndexes(parts.home);
  addTrainingRoutes(app, { home: parts.home, plans, indexes, workers: parts.workers });
  addReleaseRoutes(app, parts.home, parts.release);
  addBacktestRoutes(app, parts.home);
  addTelemetryRoutes(app, parts.home, indexes, async (run, window) =>
    windowPlace(run, (await plans.of(run)).plan, window),
  );
  addActionRoutes(app, parts.actions);
  return app;
}
