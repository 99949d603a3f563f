import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { coverageSchema } from '../../../../data/schemas/coverage.js';
import { parseInput } from '../../../../data/schemas/parse-input.js';
import type { Home } from '../../../../data/store/home.js';
import { readStoredJson } from '../../../../data/store/stored-files.js';
import { failedWindows } from '../../../../data/telemetry/failed-windows.js';
import { groupFailures } from '../../../../data/telemetry/failure-groups.js';
import type { CoverageAnswer, FailuresAnswer, GridAnswer, WorkersAnswer } from '../../contract/training.js';
import { RecentAnswers } from '../recent-answers.js';
import { runParam } from '../runs.js';
import type { RunIndexes } from '../telemetry/run-indexes.js';
import { workerProcesses } from './worker-processes.js';
import type { RunPlans } from './run-plans.js';
import { windowDetail } from './window-detail.js';
import { windowGrid } from './window-grid.js';

/** Who works and what waits, as the Temporal server has it. */
export type WorkerSource = () => Promise<Omit<WorkersAnswer, 'processes'>>;

const querySchema = z.object({ window: z.string().max(100) });

/** What the training tab is answered from. */
export interface TrainingSources {
  readonly home: Home;
  readonly plans: RunPlans;
  readonly indexes: RunIndexes;
  readonly workers: WorkerSource;
}

/** What the training tab shows of a run beside its state. */
export function addTrainingRoutes(
  app: FastifyInstance,
  { home, plans, indexes, workers }: TrainingSources,
): void {
  const grids = new RecentAnswers<GridAnswer>(500, 8);
  const failures = new RecentAnswers<FailuresAnswer>(2_000, 8);
  const asked = new RecentAnswers<WorkersAnswer>(2_000);
  app.get('/api/runs/:run/grid', async ({ params }) => {
    const runId = runParam(params);
    return grids.get(runId, async () => {
      const { plan, outcomes } = await plans.of(runId);
      return windowGrid(plan, await outcomes.update());
    });
  });
  app.get('/api/runs/:run/window', async ({ params, query }) => {
    const { window } = parseInput(querySchema, query, (name) => name);
    const runId = runParam(params);
    return windowDetail(home, runId, await plans.of(runId), await indexes.of(runId), window);
  });
  app.get('/api/runs/:run/failures', async ({ params }) => {
    const runId = runParam(params);
    return failures.get(runId, async () => ({ groups: groupFailures(await failedWindows(home, runId)) }));
  });
  app.get('/api/runs/:run/coverage', async ({ params }) => ({
    coverage: await coverageOf(home, runParam(params)),
  }));
  app.get('/api/workers', async () =>
    asked.get('', async () => {
      const [known, processes] = await Promise.all([workers(), workerProcesses(home)]);
      return { ...known, processes };
    }),
  );
}

/** Null before the bars are ingested. */
async function coverageOf(home: Home, runId: string): Promise<CoverageAnswer['coverage']> {
  const coverage = await readStoredJson(home, home.coverageJson(runId), coverageSchema);
  if (coverage === undefined) return null;
  const { source, interval, lastSession, symbols } = coverage;
  return {
    ...{ source, interval, lastSession },
    symbols: symbols.map(({ symbol, verdict, first, last, bars, missing, reasons, exclusion }) => ({
      ...{ symbol, verdict, first, last, bars, missing },
      reasons: [
        ...(exclusion === null ? [] : [exclusion]),
        ...reasons.map(({ code, count }) => `${code} ${count}`),
      ].join(', '),
    })),
  };
}
