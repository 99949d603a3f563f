import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { prepareDatabase } from '../../../temporal-config/cluster/prepare-database.js';
import type { PreparedDatabase } from '../../../temporal-config/cluster/prepare-database.js';
import type { PreparedNamespace } from '../../../temporal-config/cluster/prepare-namespace.js';
import { prepareNamespace } from '../../../temporal-config/cluster/prepare-namespace.js';
import { configuredNamespace } from '../../../temporal-config/connection.js';
import { withClient } from '../../runs/connect.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { plural } from '../format.js';

export interface ClusterFlags {
  readonly historyShards?: string;
  readonly retention: string;
  readonly sqlTool: string;
  readonly wait: string;
  readonly json?: boolean;
}

const USUAL_SHARDS = '512';
const MOST_SHARDS = 16_384;
const MOST_DAYS = 3_650;
const MOST_WAIT_S = 3_600;
const ASK_EVERY_MS = 1_000;
/** Every server has it; that of the runs is made here. */
const SYSTEM = 'temporal-system';

/** Makes the databases where SQL_HOST names a server of them, then what runs need of Temporal. */
export async function clusterSetup(cli: Cli, flags: ClusterFlags): Promise<ExitCode> {
  const { historyShards, retentionDays, waitS } = numbersOf(flags);
  const namespace = configuredNamespace();
  const hasDatabase = (process.env['SQL_HOST'] ?? '') !== '';
  if (!hasDatabase) cli.note('SQL_HOST is not set: databases are left as they are');
  const databases = hasDatabase ? await prepareDatabase(flags.sqlTool) : [];
  for (const { database, schema } of databases) cli.note(`database ${database}: schema ${schema}`);
  const prepared = await onceUp(cli, waitS, async () =>
    withClient({ namespace: SYSTEM }, async ({ connection }) =>
      prepareNamespace(connection, { namespace, retentionDays, historyShards }),
    ),
  );
  cli.out(flags.json === true ? JSON.stringify({ databases, ...prepared }) : describe(databases, prepared));
  return EXIT.ok;
}

/** Does it as soon as a server answers. What is wrong with a server that answers is said at once. */
async function onceUp<Result>(cli: Cli, waitS: number, work: () => Promise<Result>): Promise<Result> {
  const until = Date.now() + waitS * 1_000;
  for (let isFirst = true; ; isFirst = false)
    try {
      return await work();
    } catch (error) {
      const isAway =
        error instanceof InvalidInputError &&
        /^no Temporal server at |^the server at |has no namespace "temporal-system"/.test(error.message);
      if (!isAway || Date.now() > until) throw error;
      if (isFirst) cli.note(`waiting up to ${plural(waitS, 'second')} for a Temporal server`);
      await sleep(ASK_EVERY_MS);
    }
}

function numbersOf(flags: ClusterFlags): {
  readonly historyShards: number;
  readonly retentionDays: number;
  readonly waitS: number;
} {
  const problems: string[] = [];
  const whole = (flag: string, given: string, lowest: number, highest: number): number => {
    const parsed = z.coerce.number().int().min(lowest).max(highest).safeParse(given);
    if (parsed.success && given.trim() !== '') return parsed.data;
    problems.push(
      `${flag}: must be a whole number from ${lowest} to ${highest}, not ${JSON.stringify(given)}`,
    );
    return lowest;
  };
  const shards = flags.historyShards ?? process.env['TEMPORAL_HISTORY_SHARDS'] ?? USUAL_SHARDS;
  const numbers = {
    historyShards: whole('--history-shards', shards, 1, MOST_SHARDS),
    retentionDays: whole('--retention', flags.retention, 1, MOST_DAYS),
    waitS: whole('--wait', flags.wait, 0, MOST_WAIT_S),
  };
  if (problems.length > 0) throw new InvalidInputError(problems);
  return numbers;
}

function describe(
  databases: readonly PreparedDatabase[],
  { namespace, retentionDays, historyShards, persistence, serverVersion }: PreparedNamespace,
): string[] {
  return [
    `Server     Temporal ${serverVersion} on ${persistence}, ${plural(historyShards, 'history shard')}`,
    ...databases.map(({ database, schema }) => `Database   ${database}, schema ${schema}`),
    `Namespace  ${namespace}, ended workflows stay for ${plural(retentionDays, 'day')}`,
  ];
}
