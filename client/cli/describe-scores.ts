import type { ScoredModel } from '../../activities/score/score-models.js';
import { isLogitScore } from '../../data/predictions/logit-score.js';
import { describeEntry, describeLabel } from '../../data/schemas/label-rule.js';
import type { ScoreFlag, ScoreLog, ScoreRow } from '../../data/schemas/score-log.js';
import { signedPercent } from '../../data/text/signed-percent.js';
import { plural, renderTable } from './format.js';

/** What each flag says of a row, for a person. */
const MEANINGS: Readonly<Record<ScoreFlag, string>> = {
  stale: 'its newest bar is older than the newest session; older than those of the others: no number',
  unlisted: 'it is no member of the universe that the model learnt; no number',
  no_bars: 'it has no bars that can be used; no number',
  short_history: 'too few bars for every feature; no number',
  drift: 'an input lies beyond those that the student was examined on',
  old_model: "the period that followed the student's training has ended",
};

/** A model's scores for a person: a table, then what its flags mean. */
export function describeScores(model: ScoredModel, rows: readonly ScoreRow[]): string[] {
  const { log, file, created } = model;
  const flags = new Set(rows.flatMap((row) => row.flags));
  return [
    `${describeOwner(log)}, student of ${log.cohort}`,
    `bars       ${log.source}, up to ${log.date}; the newest session is ${model.newestSession}`,
    `trade      from ${describeEntry(log.rule)}; label 1 where ${describeLabel(log.rule)}`,
    '',
    ...renderTable(
      ['rank', 'symbol', 'date', 'probability', 'base rate', 'score', 'returned before (80 %)', 'flags'],
      rows.map((row) => [
        row.rank === null ? '' : String(row.rank),
        row.symbol,
        row.date ?? '',
        row.probability?.toFixed(4) ?? '',
        row.baseRate?.toFixed(4) ?? '',
        scoreText(row),
        row.interval === null
          ? ''
          : `${signedPercent(row.interval.low, 1)} to ${signedPercent(row.interval.high, 1)}`,
        [...row.flags, ...row.drifted.slice(0, 2)].join(' '),
      ]),
    ),
    '',
    ...[...flags].map((flag) => `${flag}: ${MEANINGS[flag]}`),
    `log        ${file}${created ? '' : ' (was there already)'}`,
    ...(log.replaces === null
      ? []
      : [`           corrects number ${log.replaces.number}: ${log.replaces.why}`]),
  ];
}

/** An expected return; with too few symbols to rank it is a logit. */
function scoreText({ score, probability }: ScoreRow): string {
  if (score === null) return '';
  return probability !== null && isLogitScore(score, probability)
    ? `${score.toFixed(4)} (log-odds)`
    : signedPercent(score, 3);
}

function describeOwner({ role, run, decision }: ScoreLog): string {
  const by = decision === null ? '' : ` (decision ${decision})`;
  return `${role === 'run' ? 'run' : `${role}, run`} ${run}${by}`;
}

/** How many of the rows have each flag, most frequent first; empty without any. */
export function flagCounts(rows: readonly ScoreRow[]): string {
  const counts = new Map<ScoreFlag, number>();
  for (const { flags } of rows) for (const flag of flags) counts.set(flag, (counts.get(flag) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([flag, count]) => `${plural(count, 'symbol')} ${flag}`)
    .join(', ');
}
