import type { FastifyInstance } from 'fastify';

import type { Home } from '../../../../data/store/home.js';
import { runParam } from '../runs.js';
import { backtestAnswer } from './backtest-answer.js';
import { LastUsed } from './last-used.js';
import { openBundle } from './sealed-files.js';

/** Bundles whose answer is kept: one of 700 windows has 1 MB. */
const KEPT = 6;

/** `GET /api/backtests/RUN`: what the run's strategy would have earned, from its bundle. */
export function addBacktestRoutes(app: FastifyInstance, home: Home): void {
  // As text: it is sent as often as it is asked for, and computed once.
  const answers = new LastUsed<string>(KEPT);
  app.get('/api/backtests/:run', async ({ params }, reply) => {
    const runId = runParam(params);
    const files = await openBundle(home, runId);
    const text = await answers.get(`${runId} ${files.digest}`, async () =>
      JSON.stringify(await backtestAnswer(runId, files)),
    );
    return reply.type('application/json; charset=utf-8').send(text);
  });
}
