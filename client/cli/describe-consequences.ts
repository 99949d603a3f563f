import type { Consequences } from '../../activities/audit/diff/compare-bundles.js';
import type { CommonFigure } from '../../activities/audit/diff/common-figures.js';
import type { FigureChange } from '../../activities/audit/diff/figure-changes.js';
import type { ModelChanges } from '../../activities/audit/diff/model-changes.js';
import type { LargestMove } from '../../activities/audit/diff/prediction-changes.js';
import { formatCount, plural, renderTable } from './format.js';

/** Rows of a table that are shown. */
const SHOWN = 8;
const DIGITS = 4;
/** Figures that the screen shows: the others are in the JSON. */
const SHOWN_FIGURES = /^(forward\.(teacher|student)|ranking\.(teacher|student|factorSum))\./;

/** What came out in another way, from windows to the recommendation. */
export function describeConsequences(consequences: Consequences): string[] {
  const { windows, models, students, choices, figures, verdicts } = consequences;
  return [
    ...windowLines(windows),
    '',
    ...models.flatMap(modelLines),
    ...(students.students.common === 0
      ? []
      : [
          `Students     ${formatCount(students.moved.length)} of ${formatCount(students.students.common)} of both differ`,
        ]),
    '',
    ...choiceLines(choices),
    '',
    ...figureLines(figures),
    ...commonLines(models),
    '',
    ...verdictLines(verdicts),
  ];
}

function windowLines({ planned, succeeded, outcomes, bars, lines }: Consequences['windows']): string[] {
  return [
    `Windows      ${arrow(planned.before, planned.after)} planned, ${formatCount(planned.common)} in both; ${arrow(succeeded.before, succeeded.after)} succeeded, ${formatCount(succeeded.common)} in both`,
    `             of those in both, ${formatCount(bars)} have another number of bars, and ${formatCount(lines)} teachers another record (strength, rows, losses)`,
    ...(outcomes.length === 0
      ? ['             every window ended in the same way']
      : table(
          ['windows', 'before', 'after', 'such as'],
          outcomes.map(({ before, after, windows, examples }) => [
            windows,
            before,
            after,
            examples.join(', '),
          ]),
        )),
  ];
}

const NAMES: Readonly<Record<ModelChanges['model'], string>> = {
  teacher: 'Teachers',
  student: 'Students',
  placebo: 'Placebo',
};

function modelLines({ model, same, moves, cohorts }: ModelChanges): string[] {
  const name = NAMES[model].padEnd(WIDTH);
  if (same) return [`${name}the same predictions, bit for bit`];
  if (moves === null) return [`${name}not in both bundles`];
  const { rows, moved, windows, outcomes, baseRates, largest } = moves;
  const changed = cohorts.filter((cohort) => cohort.moved > 0);
  const more = changed.length - SHOWN;
  return [
    `${name}${arrow(rows.before, rows.after)} predictions, ${formatCount(rows.common)} in both: ${formatCount(moved)} moved, in ${formatCount(windows.moved)} of ${plural(windows.common, 'window')}`,
    ...(outcomes + baseRates === 0
      ? []
      : [
          `             ${formatCount(outcomes)} of both have another label or return, ${formatCount(baseRates)} another base rate`,
        ]),
    ...moveLine('probability', largest.probability),
    ...moveLine('score', largest.score),
    ...(changed.length === 0
      ? []
      : table(
          ['cohort', 'in both', 'moved', 'largest move of a probability', 'first that moved'],
          changed
            .slice(0, SHOWN)
            .map(({ cohort, rows: own, moved: count, largest: most, first }) => [
              cohort,
              own.common,
              count,
              most.probability === null
                ? ''
                : signed(most.probability.after - most.probability.before, DIGITS),
              first === null ? '' : `${first.symbol} ${first.date} (${first.split})`,
            ]),
        )),
    ...(more > 0 ? [`             and ${formatCount(more)} more cohorts`] : []),
  ];
}

function moveLine(name: string, move: LargestMove | null): string[] {
  if (move === null) return [];
  const { symbol, date, split, before, after } = move;
  return [
    `             largest move of a ${name}: ${figure(before)} → ${figure(after)}, ${symbol} on ${date} (${split})`,
  ];
}

function choiceLines({ compared, moved, figures }: Consequences['choices']): string[] {
  const more = moved.length - SHOWN;
  return [
    `Choices      ${formatCount(moved.length)} of ${formatCount(compared)} came out in another way; ${formatCount(figures)} more did not, by other figures`,
    ...(moved.length === 0
      ? []
      : table(
          ['cohort', 'arm', 'choice', 'before', 'after'],
          moved
            .slice(0, SHOWN)
            .map(({ cohort, arm, what, before, after }) => [
              cohort,
              arm,
              what,
              chosenText(before),
              chosenText(after),
            ]),
        )),
    ...(more > 0 ? [`             and ${formatCount(more)} more`] : []),
  ];
}

function chosenText(chosen: Consequences['choices']['moved'][number]['before']): string {
  if (chosen === null) return 'none';
  const values = Object.entries(chosen.config ?? {}).map(([name, value]) => `${name} ${value}`);
  return `${values.join(', ')}${chosen.reason === 'default' ? ' (default)' : ''}`;
}

function figureLines({ compared, moved }: Consequences['figures']): string[] {
  const listed = moved.filter(({ name }) => SHOWN_FIGURES.test(name));
  const more = moved.length - listed.length;
  return [
    `Figures      ${formatCount(moved.length)} of ${formatCount(compared)} moved${more > 0 ? `, ${formatCount(more)} of them not shown here` : ''}`,
    ...(listed.length === 0
      ? []
      : table(
          ['figure', 'before', 'after', 'difference', 'against its 95 % interval'],
          listed.map((change) => [
            change.name,
            figure(change.before),
            figure(change.after),
            change.difference === null ? '' : signed(change.difference, DIGITS),
            noiseText(change),
          ]),
        )),
  ];
}

function noiseText({ withinNoise, before, after }: FigureChange): string {
  if (before === null || after === null) return 'not in both bundles';
  if (withinNoise === null) return '';
  return withinNoise ? 'within noise' : 'beyond noise';
}

/** Figures of teachers and students on the rows that both runs have: other rows move a figure without any other model. */
function commonLines(models: readonly ModelChanges[]): string[] {
  const rows = models.flatMap(({ model, figures }) =>
    figures.map((one): (string | number)[] => [
      `${model} ${one.figure === 'logLoss' ? 'log-loss' : 'rank IC'}`,
      `${figure(one.all.before)} → ${figure(one.all.after)}`,
      `${figure(one.common.before)} → ${figure(one.common.after)}`,
      commonNoise(one),
      difference(one.parts.rows),
      difference(one.parts.outcomes),
      difference(one.parts.predictions),
    ]),
  );
  if (rows.length === 0) return [];
  const extents = models.flatMap(({ model, figures: [first] }) =>
    first === undefined
      ? []
      : [`${model} ${plural(first.common.rows, 'row')} on ${plural(first.common.dates, 'date')}`],
  );
  return [
    '',
    `On common forward rows (${extents.join('; ')}): the difference on all rows is the sum of its last three columns`,
    ...table(
      ['figure', 'all rows', 'common rows', 'their difference', 'by rows', 'by outcomes', 'by predictions'],
      rows,
    ),
  ];
}

function commonNoise({ common }: CommonFigure): string {
  if (common.difference === null) return 'n/a';
  if (common.difference === 0) return 'none';
  const range =
    common.low === null || common.high === null
      ? ''
      : ` [${signed(common.low, DIGITS)}, ${signed(common.high, DIGITS)}]`;
  return `${signed(common.difference, DIGITS)}${range}${common.withinNoise === true ? ' within noise' : ''}`;
}

function verdictLines({ recommendation, compared, flipped }: Consequences['verdicts']): string[] {
  const { before, after } = recommendation;
  return [
    `Rules        ${formatCount(flipped.length)} of ${formatCount(compared)} are answered in another way`,
    ...(flipped.length === 0
      ? []
      : table(
          ['rule', 'before', 'after'],
          flipped.map((one) => [one.question, answerText(one.before), answerText(one.after)]),
        )),
    before === after
      ? `Recommend    ${before ?? 'nothing: there is no briefing'}, as before`
      : `Recommend    ${before ?? 'nothing'} → ${after ?? 'nothing'}`,
  ];
}

function answerText(verdict: Consequences['verdicts']['flipped'][number]['before']): string {
  if (verdict === null) return 'not asked';
  return verdict.because === null ? verdict.answer : `${verdict.answer}: ${verdict.because}`;
}

const WIDTH = 13;

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  return renderTable(header, rows).map((line) => `  ${line}`);
}

function arrow(before: number, after: number): string {
  return before === after ? formatCount(before) : `${formatCount(before)} → ${formatCount(after)}`;
}

function figure(value: number | null): string {
  if (value === null) return 'n/a';
  return Number.isInteger(value) ? formatCount(value) : value.toFixed(DIGITS);
}

function difference(value: number | null): string {
  return value === null ? 'n/a' : value === 0 ? '0' : signed(value, DIGITS);
}

/** With its sign; a difference that rounds to 0 is shown with one digit. */
function signed(value: number, digits: number): string {
  const size = Math.abs(value);
  const text = Number.isInteger(size)
    ? formatCount(size)
    : Number(size.toFixed(digits)) === 0
      ? size.toExponential(0)
      : size.toFixed(digits);
  return `${value < 0 ? '−' : '+'}${text}`;
}
