import path from 'node:path';

import { z } from 'zod';

import { InvalidInputError } from '../../../../data/errors.js';
import { decodePredictions } from '../../../../data/predictions/parquet.js';
import type { Choice } from '../../../../data/schemas/choices.js';
import { choiceSchema } from '../../../../data/schemas/choices.js';
import type { Plan } from '../../../../data/schemas/plan.js';
import { windowLabel } from '../../../../data/schemas/plan.js';
import { readIfExists, readJson } from '../../../../data/store/files.js';
import type { Home } from '../../../../data/store/home.js';
import { parseJsonLines } from '../../../../data/store/json-lines.js';
import { lossOf, readLostShards } from '../../../../data/store/lost-shards.js';
import { workflowIds } from '../../../../workflows/contract/messages.js';
import type { WindowAnswer, WindowChoice } from '../../contract/training.js';
import { baseRateLogLoss } from './base-rate-log-loss.js';
import type { PlannedRun } from './run-plans.js';
import { windowState } from './window-grid.js';

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
 * @param window Label, `SYMBOL_START_to_END`.
 * @throws InvalidInputError when the plan has no such window.
 */
export async function windowDetail(
  home: Home,
  runId: string,
  { plan, outcomes }: PlannedRun,
  window: string,
): Promise<WindowAnswer> {
  const item = plan.items.find(({ symbol, start, end }) => windowLabel(symbol, start, end) === window);
  if (item === undefined) throw new InvalidInputError([`run ${runId} has no window ${window}`]);
  const cohort = `${item.start}_to_${item.end}`;
  const shard = shardOf(plan, cohort, item.symbol);
  const folder = shard === undefined ? undefined : home.shardDir(runId, cohort, 'real', shard);
  const taught = folder === undefined ? undefined : await taughtLine(folder, window);
  const forward = folder === undefined ? [] : await forwardRows(folder, window);
  const lost = await readLostShards(home, runId, cohort);
  const loss = shard === undefined ? undefined : lossOf(lost, shard);
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
    attempts: loss === undefined ? [] : [{ error: loss.error, message: loss.message }],
  };
}

function shardOf({ cohorts }: Plan, cohort: string, symbol: string): number | undefined {
  const at = cohorts.find(({ id }) => id === cohort)?.shards.findIndex((symbols) => symbols.includes(symbol));
  return at === undefined || at < 0 ? undefined : at;
}

async function taughtLine(
  folder: string,
  window: string,
): Promise<z.output<typeof taughtSchema> | undefined> {
  const text = (await readIfExists(path.join(folder, 'windows.jsonl')))?.toString('utf8') ?? '';
  return parseJsonLines(text, taughtSchema).findLast((line) => line.window === window);
}

async function forwardRows(folder: string, window: string): Promise<WindowAnswer['forward']> {
  const bytes = await readIfExists(path.join(folder, 'predictions.parquet'));
  if (bytes === undefined) return [];
  const { window: windows, split, date, probability, label } = await decodePredictions(bytes);
  return windows.flatMap((one, row) =>
    one === window && split[row] === 'forward'
      ? [
          {
            date: date[row] ?? '',
            probability: probability[row] ?? NaN,
            label: known(label[row]),
          },
        ]
      : [],
  );
}

function known(label: number | undefined): number | null {
  return label === undefined || Number.isNaN(label) ? null : label;
}

async function choicesOf(home: Home, runId: string, cohort: string): Promise<WindowChoice[]> {
  const file = path.join(home.cohortDir(runId, cohort, 'real'), 'prior', 'choices.json');
  // Written when the cohort's prior is fitted.
  const chosen = await readJson(file, z.array(choiceSchema)).catch(() => undefined);
  return (chosen ?? []).map(({ what, rule, rows, grid, chosen: taken, standard }) => ({
    ...{ what, rule, rows, standard, chosen: taken },
    grid: grid.map(({ config, figure: value }) => ({ config: configText(config), figure: value })),
  }));
}

function configText(config: Choice['grid'][number]['config']): string {
  return Object.entries(config)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
