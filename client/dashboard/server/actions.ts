import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { parseInput } from '../../../data/schemas/parse-input.js';
import type { ActionAnswer } from '../contract/answers.js';
import { runParam } from './runs.js';

const reason = z.string().max(2_000).default('');
const words = { by: z.string().max(200).default(''), reason };

/** What each action is given beside the run: the flags of the command of the same name. */
const FLAGS = {
  pause: z.strictObject({ reason }),
  unpause: z.strictObject({}),
  cancel: z.strictObject({ reason }),
  concurrency: z.strictObject({ cohorts: z.number() }),
  resume: z.strictObject({ only: z.string().optional(), symbols: z.string().optional() }),
  approve: z.strictObject({
    ...words,
    override: z.boolean().optional(),
    stage: z.boolean().optional(),
    dryRun: z.boolean().optional(),
    expect: z.string().optional(),
  }),
  reject: z.strictObject(words),
} as const;

type RunActions = {
  readonly [Name in keyof typeof FLAGS]: (
    runId: string,
    flags: z.output<(typeof FLAGS)[Name]>,
  ) => Promise<ActionAnswer>;
};

const championFlags = z.strictObject({ ...words, to: z.string().optional() });
type ChampionFlags = z.output<typeof championFlags>;

/** What visitors may do: the commands themselves, so that page and command line cannot differ. */
export interface DashboardActions extends RunActions {
  rollback(flags: ChampionFlags): Promise<ActionAnswer>;
  retire(flags: ChampionFlags): Promise<ActionAnswer>;
}

/** `POST /api/runs/RUN/ACTION` and `POST /api/champion/ACTION`, each with the command's flags as its body. */
export function addActionRoutes(app: FastifyInstance, actions: DashboardActions): void {
  const add = <Name extends keyof typeof FLAGS>(
    name: Name,
    read: (body: unknown) => z.output<(typeof FLAGS)[Name]>,
    act: RunActions[Name],
  ): void => {
    app.post(`/api/runs/:run/${name}`, async ({ params, body }) => act(runParam(params), read(body ?? {})));
  };
  const reader =
    <Schema extends z.ZodType>(schema: Schema) =>
    (body: unknown): z.output<Schema> =>
      parseInput(schema, body, (name) => name);
  add('pause', reader(FLAGS.pause), actions.pause);
  add('unpause', reader(FLAGS.unpause), actions.unpause);
  add('cancel', reader(FLAGS.cancel), actions.cancel);
  add('concurrency', reader(FLAGS.concurrency), actions.concurrency);
  add('resume', reader(FLAGS.resume), actions.resume);
  add('approve', reader(FLAGS.approve), actions.approve);
  add('reject', reader(FLAGS.reject), actions.reject);
  app.post('/api/champion/rollback', async ({ body }) => actions.rollback(reader(championFlags)(body ?? {})));
  app.post('/api/champion/retire', async ({ body }) => actions.retire(reader(championFlags)(body ?? {})));
}
