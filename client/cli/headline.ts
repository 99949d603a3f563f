import path from 'node:path';

import type { Briefing } from '../../data/schemas/briefing.js';
import type { RunRecord } from '../../data/schemas/bundle.js';
import { briefingSchema } from '../../data/schemas/briefing.js';
import { runRecordSchema } from '../../data/schemas/bundle.js';
import type { Interval95, Metrics } from '../../data/schemas/metrics.js';
import { metricsSchema } from '../../data/schemas/metrics.js';
import type { RankIcFigure, Ranking } from '../../data/schemas/ranking-figures.js';
import { readJson } from '../../data/store/files.js';
import { formatCount } from './format.js';

/** The forward figures of a bundle in a few lines; nothing when the folder holds none. */
export async function bundleHeadline(bundle: string): Promise<string[]> {
  const metrics = await readJson(path.join(bundle, 'metrics.json'), metricsSchema).catch(() => undefined);
  if (metrics === undefined) return [];
  const record = await readJson(path.join(bundle, 'run.json'), runRecordSchema).catch(() => undefined);
  const briefing = await bundleBriefing(bundle);
  return [
    ...headlineLines(metrics),
    ...(record === undefined ? [] : [sharpeLine(record)]),
    ...(briefing === undefined ? [] : choiceLines(briefing)),
  ];
}

/** The promotion briefing of a bundle; undefined where it cannot be read. */
export function bundleBriefing(bundle: string): Promise<Briefing | undefined> {
  return readJson(path.join(bundle, 'promotion_briefing.json'), briefingSchema).catch(() => undefined);
}

/** Choices of the user that flatter figures, by the id of the briefing's answer to them. */
const CHOICES: readonly string[] = ['entry_can_be_traded', 'members_of_the_time'];

/** What bars a recommendation whatever the figures are. */
export function choiceLines({ verdicts, informs = [] }: Pick<Briefing, 'verdicts' | 'informs'>): string[] {
  return [...verdicts, ...informs]
    .filter(({ id, answer }) => CHOICES.includes(id) && answer === 'no')
    .map(({ because }) => `not to be promoted, whatever the figures: ${because}`);
}

/**
 * The forward split: bars after the windows. What the teachers must beat stands beside their figures, which say nothing
 * without it: the base rate, the sum of simple factors, and both placebos.
 */
export function headlineLines({ forward: { teacher, placebo, student }, ranking }: Metrics): string[] {
  const { logLoss, cohortAuc } = teacher.confidence;
  return [
    `${formatCount(teacher.rows)} rows, ${formatCount(teacher.symbols)} symbols, ${teacher.first ?? '?'} to ${teacher.last ?? '?'}, base rate ${figure(teacher.baseRate)}`,
    `log-loss  teacher ${figure(teacher.logLoss)}${range(logLoss)}  student ${figure(student.logLoss)}  base rate alone ${figure(teacher.baseline.logLoss)}  placebo ${figure(placebo.logLoss)} (redrawn bars, with labels of their own)`,
    `AUC       teacher ${figure(teacher.cohortAuc)}${range(cohortAuc)}  student ${figure(student.cohortAuc)}  placebo ${figure(placebo.cohortAuc)} (inside cohorts: 0.5 is chance)`,
    `rank IC   ${rankLine(ranking, 'raw', `score, ${ranking.headline} bars from entry`)}`,
    `neutral   ${rankLine(ranking, 'neutral', 'free of sector, beta, volatility, traded value')}`,
  ];
}

/** Rank ICs of the teachers' score and of what it must beat; the reason where there are none. */
function rankLine({ rows, headline }: Ranking, kind: 'raw' | 'neutral', meaning: string): string {
  const named = (name: string): RankIcFigure | undefined =>
    rows.find((row) => row.name === name)?.horizons.find(({ horizon }) => horizon === headline)?.[kind];
  const teacher = named('teacher');
  if (teacher === undefined) return 'n/a';
  if (teacher.mean === null) return `n/a${teacher.reason === null ? '' : `: ${teacher.reason}`}`;
  const others = Object.entries(COMPARED).map(
    ([name, shown]) => `${shown} ${figure(named(name)?.mean ?? null)}`,
  );
  return [`teacher ${figure(teacher.mean)}${range(teacher)}`, ...others].join('  ') + ` (${meaning})`;
}

/** What the score is compared with, as the screen calls it. */
const COMPARED = { factorSum: 'factor sum', placebo: 'placebo', permuted: 'permuted targets' } as const;

/**
 * The Sharpe figures of the screen, with what they are corrected for: all that was tried here. Bundles of earlier
 * versions have that of the teachers alone.
 */
function sharpeLine({ trials: { home, activeSharpe, studentActiveSharpe } }: RunRecord): string {
  const student =
    studentActiveSharpe === undefined ? '' : `  student ${figure(studentActiveSharpe.deflated)}`;
  return `Sharpe    deflated for the ${formatCount(home)} configurations tried in this home on these bars and labels: teacher ${figure(activeSharpe.deflated)}${student} (return beyond equal weight, after costs; above 0.95 luck is unlikely)`;
}

function figure(value: number | null): string {
  return value === null ? 'n/a' : value.toFixed(3);
}

function range({ low, high }: Interval95): string {
  return low === null || high === null ? '' : ` (95% ${low.toFixed(3)} to ${high.toFixed(3)})`;
}
