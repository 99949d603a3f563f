import path from 'node:path';

import { z } from 'zod';

import { choiceSchema } from '../../../../data/schemas/choices.js';
import { maskSecrets } from '../../../../data/secrets/secrets.js';
import type { Home } from '../../../../data/store/home.js';
import { parseJsonLines } from '../../../../data/store/json-lines.js';
import { lossOf, readLostShards } from '../../../../data/store/lost-shards.js';
import { readStored, readStoredJson } from '../../../../data/store/stored-files.js';
import { workflowIds } from '../../../../workflows/contract/messages.js';
import type { WindowAnswer, WindowAttempt, WindowChoice } from '../../contract/training.js';
import type { WindowPlace } from '../telemetry/event-subjects.js';
import { failedAttempts } from '../telemetry/failed-attempts.js';
import type { RunIndex } from '../telemetry/run-index.js';
import { baseRateLogLoss } from './base-rate-log-loss.js';
import { forwardRows } from './forward-rows.js';
import type { PlannedRun } from './run-plans.js';
import { windowState } from './window-grid.js';
import { windowPlace } from './window-place.js';

const figure = z.number().nullish();
const taughtSchema = z.looseObject({
  window: z.string(),
  baseRate: z.looseObject({ fit: figure }).optional(),
  rows: z.looseObject({ fit: figure, validation: figure, forward: figure }).optional(),
  logLoss: z.looseObject({ validation: figure, forward: figure }).optional(),
  importance: z.array(z.looseObject({ feature: z.string(), lossRise: z.number() })).optional(),
});

/**
 * What the files of a run have of one window.
 *
 * @param index Of the run's telemetry; where it is not complete, its attempts are those that are known so far.
 * @param window Label, `SYMBOL_START_to_END`.
 * @throws InvalidInputError when the plan has no such window.
 */
export async function windowDetail(
  home: Home,
  runId: string,
  { plan, outcomes }: PlannedRun,
  index: RunIndex,
  window: string,
): Promise<WindowAnswer> {
  const { item, ...place } = windowPlace(runId, plan, window);
  const { cohort, shard } = place;
  const folder = shard === undefined ? undefined : home.shardDir(runId, cohort, 'real', shard);
  const taught = folder === undefined ? undefined : await taughtLine(home, folder, window);
  const forward = folder === undefined ? [] : await forwardRows(home, folder, window);
  return {
    ...{ window, symbol: item.symbol, cohort, bars: item.bars },
    ...windowState(item, await outcomes.update()),
    workflowId: workflowIds.cohort(runId, cohort),
    rows: {
      fit: taught?.rows?.fit ?? null,
      validation: taught?.rows?.validation ?? null,
      forward: taught?.rows?.forward ?? null,
    },
    logLoss: {
      validation: taught?.logLoss?.validation ?? null,
      forward: taught?.logLoss?.forward ?? null,
    },
    baseRate: taught?.baseRate?.fit ?? null,
    baseLogLoss: baseRateLogLoss(
      taught?.baseRate?.fit ?? null,
      forward.flatMap(({ label }) => (label === null ? [] : [label])),
    ),
    forward,
    importance: (taught?.importance ?? []).map(({ feature, lossRise }) => ({ feature, lossRise })),
    choices: await choicesOf(home, runId, cohort),
    attempts: await attemptsOf(home, runId, index, place),
  };
}

/** Those that telemetry tells, and the loss of the shard where it does not tell that one. */
async function attemptsOf(
  home: Home,
  runId: string,
  index: RunIndex,
  place: WindowPlace,
): Promise<WindowAttempt[]> {
  await index.advance();
  const told = await failedAttempts(home, runId, index, place);
  const { cohort, shard } = place;
  const loss = shard === undefined ? undefined : lossOf(await readLostShards(home, runId, cohort), shard);
  if (loss === undefined) return told;
  const { error } = loss;
  const message = maskSecrets(loss.message);
  if (told.some((one) => one.error === error && one.message === message)) return told;
  return [...told, { at: null, of: 'shard', attempt: null, error, message }];
}

async function taughtLine(
  home: Home,
  folder: string,
  window: string,
): Promise<z.output<typeof taughtSchema> | undefined> {
  const text = (await readStored(home, path.join(folder, 'windows.jsonl')))?.toString('utf8') ?? '';
  return parseJsonLines(text, taughtSchema).findLast((line) => line.window === window);
}

async function choicesOf(home: Home, runId: string, cohort: string): Promise<WindowChoice[]> {
  const file = path.join(home.cohortDir(runId, cohort, 'real'), 'prior', 'choices.json');
  // Written when the cohort's prior is fitted.
  const chosen = await readStoredJson(home, file, z.array(choiceSchema)).catch(() => undefined);
  return (chosen ?? []).map(({ what, rule, rows, grid, chosen: taken, standard }) => ({
    ...{ what, rule, rows, standard, chosen: taken },
    grid: grid.map(({ config, figure: value }) => ({ config, figure: value })),
  }));
}
