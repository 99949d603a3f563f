import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';

import { GurukulError, InvalidInputError } from '../../../data/errors.js';
import { earlierChampion } from '../../../data/decisions/earlier-champion.js';
import { readDecisions } from '../../../data/decisions/decisions.js';
import type { Decision } from '../../../data/schemas/decision.js';
import { ensureSearchAttributes } from '../../../temporal-config/search-attributes.js';
import type { changeChampion } from '../../../workflows/change-champion.js';
import type { ChampionOrder } from '../../../workflows/contract/messages.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import { withClient } from '../../runs/connect.js';
import { WORKFLOW_QUEUE } from '../../runs/start-run.js';
import type { Cli } from '../cli.js';
import { championLines, foundChampion, historyTable } from '../describe-champion.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { runFailureOf } from '../run-failure.js';
import type { JsonFlags } from '../shared-flags.js';
import { typedSecretProblems } from '../typed-secrets.js';

export interface ChampionFlags extends JsonFlags {
  readonly to?: string;
  readonly by?: string;
  readonly reason?: string;
}

/** The champion and its shadow. */
export async function showChampion(cli: Cli, { json }: JsonFlags): Promise<ExitCode> {
  const found = await foundChampion(cli);
  cli.out(json === true ? JSON.stringify(found) : championLines(cli, found));
  return EXIT.ok;
}

/** Every entry of the log of decisions. */
export async function championHistory(cli: Cli, { json }: JsonFlags): Promise<ExitCode> {
  const decisions = await readDecisions(cli.home);
  if (json === true) cli.out(JSON.stringify(decisions));
  else if (decisions.length === 0) cli.out(`nothing was decided yet in ${cli.home.root}`);
  else cli.out(historyTable(decisions));
  return EXIT.ok;
}

/** Restores an earlier champion. */
export async function rollBack(cli: Cli, flags: ChampionFlags): Promise<ExitCode> {
  const words = await requireWords(cli, flags);
  // Named before anybody is asked: a wrong name needs no server. A home elsewhere has its own log.
  const decisions = await readDecisions(cli.home);
  if (decisions.length > 0) earlierChampion(decisions, flags.to);
  const to = flags.to === undefined ? {} : { to: flags.to };
  return order(cli, { change: 'rollback', ...words, ...to }, flags);
}

/** Ends the championship. */
export async function retire(cli: Cli, flags: ChampionFlags): Promise<ExitCode> {
  return order(cli, { change: 'retire', ...(await requireWords(cli, flags)) }, flags);
}

async function requireWords(
  cli: Cli,
  { by = '', reason = '' }: ChampionFlags,
): Promise<{ readonly by: string; readonly reason: string }> {
  const problems = [
    ...(by.trim() === '' ? ['--by: say who decides'] : []),
    ...(reason.trim() === '' ? ['--reason: say why'] : []),
    ...(await typedSecretProblems(cli.home, { '--by': by, '--reason': reason })),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
  return { by, reason };
}

async function order(cli: Cli, request: ChampionOrder, { json }: JsonFlags): Promise<ExitCode> {
  const decision = await carryOut(cli, request);
  if (json === true) cli.out(JSON.stringify(decision));
  else {
    const { run, verdict, by, number } = decision;
    cli.out([
      verdict === 'restored'
        ? `run ${run} is the champion again, restored by ${by}`
        : `run ${run} was retired by ${by}: there is no champion`,
      `decision ${cli.home.decision(number)}`,
    ]);
  }
  return EXIT.ok;
}

/** A worker that lives takes it at once, and verifies a large bundle within a minute. */
const ANSWER_MS = 120_000;

/** @throws InvalidInputError with the workers' own words when it is refused. */
async function carryOut({ self }: Cli, request: ChampionOrder): Promise<Decision> {
  return withClient(undefined, async ({ client, connection, namespace }) => {
    await ensureSearchAttributes(connection, namespace);
    try {
      return await client.workflow.execute<typeof changeChampion>('changeChampion', {
        args: [request],
        taskQueue: WORKFLOW_QUEUE,
        workflowId: workflowIds.championChange,
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowExecutionTimeout: ANSWER_MS,
        staticSummary: `${request.change} of the champion`,
      });
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError)
        throw new InvalidInputError([
          'another change of the champion is being made: look with gurukul champion show, then try again',
        ]);
      const failure = error instanceof WorkflowFailedError ? runFailureOf(error) : undefined;
      if (failure === undefined) throw error;
      if (failure.type === 'InvalidInput') throw new InvalidInputError(failure.message.split('\n'));
      throw new GurukulError(
        'ProviderDown',
        `the champion was not changed: ${failure.message}. Workers are started with ${self} worker --role all (or ${self} up)`,
      );
    }
  });
}
