import type { Explanation } from '../../../activities/audit/explain-probability.js';
import type { Contributions } from '../../../activities/audit/explain-contributions.js';
import type { TrainingRows } from '../../../activities/audit/training-rows.js';
import type { ExplainedBar } from '../../../activities/audit/explained-bars.js';
import { explainProbability } from '../../../activities/audit/explain-probability.js';
import { InvalidInputError } from '../../../data/errors.js';
import { isLogitScore } from '../../../data/predictions/logit-score.js';
import { describeEntry, describeLabel } from '../../../data/schemas/label-rule.js';
import type { RunConfig } from '../../../data/schemas/run-input.js';
import { RUN_ID_PATTERN } from '../../../data/schemas/run-choices.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { unknownRun } from '../find-run.js';
import { plural, renderTable } from '../format.js';
import { readInputFile } from '../../runs/run-files.js';

/** Both are computed from the same weights; only rounding may differ. */
const SAME = 1e-5;

/** What the student says of the row, and whether it follows from its files and the bars. */
function studentLines({ student }: Explanation): string[] {
  if (student === null) return [];
  const { probability, score, again } = student;
  const same =
    again !== null &&
    Math.abs(again.probability - probability) <= SAME &&
    (Math.abs(again.score - score) <= SAME || isLogitScore(score, probability));
  const checked =
    again === null
      ? ''
      : same
        ? ', the same when computed again from its weights and these bars'
        : `, but ${again.probability.toFixed(4)} and ${(100 * again.score).toFixed(2)} % when computed again`;
  return [
    `student      probability ${probability.toFixed(4)}, score ${isLogitScore(score, probability) ? score.toFixed(4) : `${(100 * score).toFixed(2)} %`}${checked}`,
    ...rowLines('rows', student.trainingRows),
    ...Object.entries(student.model).map(
      ([role, ref]) => `  ${role.padEnd(16)} ${ref.sha256.slice(0, 16)}  ${ref.uri}`,
    ),
  ];
}

/** What a model learnt from. */
function rowLines(role: string, rows: TrainingRows | null): string[] {
  if (rows === null) return [];
  const { count, first, last, sha256 } = rows;
  const span = first === null || last === null ? '' : `, ${first} to ${last}`;
  return [
    `  ${role.padEnd(16)} ${sha256.slice(0, 16)}  of ${plural(count, 'row')} that it learnt from${span}`,
  ];
}

/** Probabilities of one day that are shown in full; intraday there are 75. */
const SHOWN = 3;

/** Traces one probability back to model, rows, bars and source. */
export async function explain(
  cli: Cli,
  { run, symbol, date }: { readonly run: string; readonly symbol: string; readonly date: string },
  json: boolean,
): Promise<ExitCode> {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/.test(date))
    throw new InvalidInputError([`date: must be YYYY-MM-DD or YYYY-MM-DDTHH:MM, not ${date}`]);
  const config = RUN_ID_PATTERN.test(run) ? await readInputFile(cli.home, run) : undefined;
  if (config === undefined) throw new InvalidInputError([await unknownRun(cli.home, run)]);
  const explained = await explainProbability(cli.home, config, symbol, date);
  if (json) {
    cli.out(JSON.stringify({ run, symbol, date, explained }));
    return EXIT.ok;
  }
  for (const one of explained.slice(0, SHOWN)) cli.out([...describe(one, config), '']);
  const more = explained.length - SHOWN;
  if (more > 0) cli.out(`and ${plural(more, 'probability')} more: name the time, or see --json`);
  return EXIT.ok;
}

function describe(one: Explanation, config: RunConfig): string[] {
  const { bars, series, answer, teacher } = one;
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
  const again =
    bars.returnAgain === null || config.label !== 'horizon'
      ? ''
      : Math.abs(bars.returnAgain - one.forwardReturn) < 1e-12
        ? ', the same when computed again from these bars'
        : `, but ${percent(bars.returnAgain)} when computed again`;
  const row = (name: string, bar: ExplainedBar): (string | number)[] => [
    name,
    bar.date,
    ...[bar.open, bar.high, bar.low, bar.close, bar.volume, bar.factor].map(String),
  ];
  return [
    `${one.window}, ${one.split}, at ${one.date}`,
    `probability  ${one.probability.toFixed(4)} of label 1 (${describeLabel(config)}); base rate of its window ${one.baseRate.toFixed(4)}`,
    isLogitScore(one.score, one.probability)
      ? `score        ${one.score.toFixed(4)}, the log-odds of the probability: nothing else ranked`
      : `score        ${percent(one.score)}, expected return relative to comparable symbols`,
    ...contributionLines(one),
    ...studentLines(one),
    `outcome      label ${one.label}, return from ${describeEntry(config)} ${percent(one.forwardReturn)}${again}`,
    `teacher      ${teacherText(teacher)}`,
    ...rowLines('rows', one.trainingRows),
    ...rowLines('prior rows', one.priorTrainingRows),
    ...Object.entries(one.model).map(
      ([role, ref]) => `  ${role.padEnd(16)} ${ref.sha256.slice(0, 16)}  ${ref.uri}`,
    ),
    `features     from the bars ${bars.lookbackFrom} to ${bars.bar.date}, and those of the other symbols at these times`,
    ...renderTable(
      ['bar', 'time', 'open', 'high', 'low', 'close', 'volume', 'factor'],
      [
        row('predicted from', bars.bar),
        ...(bars.entry === null || bars.entry.date === bars.bar.date ? [] : [row('entered', bars.entry)]),
        ...(bars.horizonEnd === null ? [] : [row('horizon ends', bars.horizonEnd)]),
      ],
    ),
    `series       ${series.ref.uri}${series.line === null ? '' : `, line ${series.line}`} (sha256 ${series.ref.sha256.slice(0, 16)}), from ${series.source}`,
    ...series.findings.map(({ severity, message }) => `  ${severity}  ${message}`),
    ...(answer === null
      ? []
      : [
          `response     of ${answer.at} for ${answer.code}: body sha256 ${answer.sha256 ?? 'not kept'}, bars in ${answer.file.uri}`,
        ]),
    ...one.revisions.map(
      ({ at, was, now }) =>
        `restated     by the provider at ${at}: close ${was.close} before, ${now.close} after`,
    ),
  ];
}

/** Features that are named under each number. */
const NAMED = 6;

/** What moved both numbers: the features that moved them most. */
function contributionLines({ contributions }: Explanation): string[] {
  if (contributions === null) return [];
  const { probability, score } = contributions;
  return [
    ...movedBy('probability', probability, (value) => `${signed(100 * value, 2)} points`),
    ...(score === null
      ? ['  too few symbols that day to rank: the score is the log-odds of the probability']
      : movedBy('score', score, (value) => `${signed(100 * value, 3)} %`)),
  ];
}

function movedBy(name: string, { base, features }: Contributions, text: (value: number) => string): string[] {
  const named = features.filter(({ contribution }) => contribution !== 0).slice(0, NAMED);
  const rest = features.reduce((sum, { contribution }) => sum + contribution, 0);
  const others = rest - named.reduce((sum, { contribution }) => sum + contribution, 0);
  const start = name === 'probability' ? `${(100 * base).toFixed(2)} %` : text(base);
  return [
    `  ${name} from ${start} without any feature:`,
    ...renderTable(
      ['feature', 'value', 'adds'],
      [
        ...named.map(({ feature, value, contribution }) => [
          feature,
          value?.toPrecision(3) ?? '',
          text(contribution),
        ]),
        ['all others', '', text(others)],
      ],
    ).map((line) => `    ${line}`),
  ];
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** How a teacher differs from the prior of its cohort, and how many rows it knew. */
function teacherText(teacher: Explanation['teacher']): string {
  const { strength, shift, rows, error } = teacher ?? {};
  const texts = [
    ...(typeof strength === 'number' && typeof shift === 'number'
      ? [
          strength === 0
            ? "its cohort's prior, unchanged (strength 0, shift 0)"
            : `its cohort's prior, its log-odds shifted by ${shift.toPrecision(3)} (strength ${strength})`,
        ]
      : []),
    ...(rows === undefined || rows === null ? [] : [`rows ${JSON.stringify(rows)}`]),
    ...(typeof error === 'string' ? [`error ${error}`] : []),
  ];
  return texts.join(', ') || 'not recorded';
}
