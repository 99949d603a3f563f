import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { parseInput } from '../../../data/schemas/parse-input.js';
import { RUN_ID_PATTERN } from '../../../data/schemas/run-choices.js';
import type { RunAnswer, RunsAnswer } from '../contract/runs.js';
import { RecentAnswers } from './recent-answers.js';

/** Where runs are read from: the server, or the files of the home where none answers. */
export interface RunSource {
  /** All runs, newest first. */
  list(): Promise<RunsAnswer>;
  /** @throws InvalidInputError when nobody knows the run. */
  find(runId: string): Promise<RunAnswer>;
}

const paramsSchema = z.object({ run: z.string().regex(RUN_ID_PATTERN, 'is not a run id') });

/** The run that a request names. @throws InvalidInputError when it is no run id. */
export function runParam(params: unknown): string {
  return parseInput(paramsSchema, params, (name) => name).run;
}

/** The list of runs, and each run's state. */
export function addRunRoutes(app: FastifyInstance, runs: RunSource): void {
  const lists = new RecentAnswers<RunsAnswer>(1_000);
  const found = new RecentAnswers<RunAnswer>(500);
  app.get('/api/runs', async () => lists.get('', async () => runs.list()));
  app.get('/api/runs/:run', async ({ params }) => {
    const runId = runParam(params);
    return found.get(runId, async () => runs.find(runId));
  });
}
