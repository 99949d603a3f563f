import path from 'node:path';

import type { RunRecord } from '../../data/schemas/bundle.js';
import { runRecordSchema } from '../../data/schemas/bundle.js';
import type { Interval95, Metrics } from '../../data/schemas/metrics.js';
import { metricsSchema } from '../../data/schemas/metrics.js';
import { readJson } from '../../data/store/files.js';
import { formatCount } from './format.js';

/** The forward figures of a bundle in a few lines; nothing when the folder holds none. */
export async function bundleHeadline(bundle: string): Promise<string[]> {
  const metrics = await readJson(path.join(bundle, 'metrics.json'), metricsSchema).catch(() => undefined);
  if (metrics === undefined) return [];
  const record = await readJson(path.join(bundle, 'run.json'), runRecordSchema).catch(() => undefined);
  return [...headlineLines(metrics), ...(record === undefined ? [] : [trialsLine(record)])];
}

/**
 * The forward split: bars after the windows. Placebo and base rate stand beside the model's figures,
 * since they say nothing without.
 */
export function headlineLines({ forward: { teacher, placebo, student } }: Metrics): string[] {
  const confidence = teacher.confidence;
  return [
    `${formatCount(teacher.rows)} rows, ${formatCount(teacher.symbols)} symbols, ${teacher.first ?? '?'} to ${teacher.last ?? '?'}, base rate ${figure(teacher.baseRate)}`,
    `log-loss  teacher ${figure(teacher.logLoss)}${range(confidence.logLoss)}  student ${figure(student.logLoss)}  placebo ${figure(placebo.logLoss)} on its own labels  base rate alone ${figure(teacher.baseline.logLoss)}`,
    `AUC       teacher ${figure(teacher.auc)}${range(confidence.auc)}  student ${figure(student.auc)}  placebo ${figure(placebo.auc)}`,
    `rank IC   teacher ${figure(teacher.rankIc.mean)}${range(confidence.rankIc)}  student ${figure(student.rankIc.mean)}  placebo ${figure(placebo.rankIc.mean)}`,
  ];
}

/** What luck alone would bring, counted over all that was tried here. */
function trialsLine({ trials: { home, activeSharpe } }: RunRecord): string {
  return `trials    ${formatCount(home)} configurations tried in this home on these bars and labels; deflated Sharpe ratio beyond equal weight ${figure(activeSharpe.deflated)}`;
}

function figure(value: number | null): string {
  return value === null ? 'n/a' : value.toFixed(3);
}

function range({ low, high }: Interval95): string {
  return low === null || high === null ? '' : ` (95% ${low.toFixed(3)} to ${high.toFixed(3)})`;
}
