import type { Choice } from '../../data/schemas/choices.js';
import { markdownText } from '../../data/text/safe-text.js';
import { CLEAR } from '../model/choices/choice.js';
import { STATED_CONSTANTS, settings } from '../model/stated-constants.js';
import { TRIALS_BY_GRID } from '../model/trials.js';
import { fixed, percent, tallies, thousands } from '../texts/format-numbers.js';
import { table } from '../texts/markdown.js';
import type { BundleFacts } from './bundle-facts.js';

/** Head and rows of a table. */
interface Table {
  readonly head: string[];
  readonly rows: string[][];
}

type ChoiceFacts = Pick<BundleFacts, 'choices' | 'metrics'>;

/** What is chosen inside the run, by which rule, and how many configurations that compares, in paragraphs. */
export function describeChoices({ choices, metrics }: ChoiceFacts): string {
  const { trials } = metrics.options;
  const known = Object.values(TRIALS_BY_GRID).reduce((sum, count) => sum + count, 0);
  // A run of another version may have counted other grids.
  const grids = trials === known ? ` (${tallies(TRIALS_BY_GRID)})` : '';
  const placebo = choices.filter(({ arm }) => arm === 'placebo').flatMap((one) => one.choices);
  const kept = placebo.filter(({ chosen, standard }) => chosen === standard).length;
  return [
    `Each cohort chooses from declared grids by purged walk-forward validation on its own past: on rows whose outcomes are known before its validation part starts, none of them forward rows. The rule \`best\` takes the candidate with the highest out-of-fold figure; \`clearly better\` keeps the declared default unless a candidate beats it by more than ${CLEAR} standard errors over the dates. With too little past the default is taken, and counted all the same.`,
    `Configurations compared: ${trials}${grids}. The Sharpe ratios of this bundle are deflated by that number.`,
    choices.length === 0
      ? 'This bundle has no file of choices.'
      : `The placebo repeats the choosing on its own bars: it keeps the default in ${kept} of ${placebo.length} choices. choices/COHORT/choices.json and placebo_choices.json have every candidate with its figure.`,
  ].join('\n\n');
}

/** Every choice on the real bars, cohort by cohort, with the rows that made it. */
export function choicesTable({ choices, metrics }: ChoiceFacts): Table {
  const made = choices
    .filter(({ arm }) => arm === 'real')
    .flatMap(({ cohort, choices: own }) => own.map((choice) => [cohort, ...choiceCells(choice)]));
  const holding = metrics.forward.teacher.strategy.holding.map(
    ({ cohort, bars, chosen, dates, candidates, reason }) => {
      const own = candidates.find((candidate) => candidate.bars === bars);
      return [
        cohort,
        'holding period of the strategy (figure: net return above equal weight a year)',
        `best of ${candidates.length}`,
        chosen === 'past'
          ? `bars ${bars}: ${percent(own?.activePerYear ?? null)}`
          : `bars ${bars}: ${markdownText(reason)}`,
        '',
        dates === 0 ? 'none' : `${dates} dates before the forward rows`,
      ];
    },
  );
  const rows = [...made, ...holding].sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
  return { head: ['cohort', 'choice', 'rule', 'chosen: figure', 'default: figure', 'made by'], rows };
}

/** What each choice came to over the cohorts. */
export function chosenTable({ choices }: Pick<BundleFacts, 'choices'>): Table {
  const byName = new Map<string, Choice[]>();
  for (const { arm, choices: own } of choices)
    if (arm === 'real')
      for (const choice of own) byName.set(choice.what, [...(byName.get(choice.what) ?? []), choice]);
  return {
    head: ['choice', 'rule', 'default', 'chosen in cohorts', 'without enough past'],
    rows: [...byName].map(([what, made]) => {
      const [first] = made;
      const chosen: Record<string, number> = {};
      for (const choice of made) {
        const name = candidateText(choice, choice.chosen);
        chosen[name] = (chosen[name] ?? 0) + 1;
      }
      const most = Object.entries(chosen).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
      return [
        markdownText(what),
        first === undefined ? '' : ruleText(first),
        first === undefined ? '' : candidateText(first, first.standard),
        most.map(([name, count]) => `${count} × ${name}`).join('; '),
        String(made.filter(({ reason }) => reason === 'default').length),
      ];
    }),
  };
}

/** Constants that no run chooses, as a table. */
export function constantsTable(): string {
  return table(
    ['constant', 'value', 'where it comes from'],
    STATED_CONSTANTS.map(({ name, value, source }) => [name, value, source].map(markdownText)),
  );
}

function choiceCells(choice: Choice): string[] {
  const { what, grid, chosen, standard, reason, rows, dates, first, last } = choice;
  const figureOf = (at: number): string => {
    const figure = grid[at]?.figure ?? null;
    return figure === null ? '' : `: ${fixed(figure, FIGURE_DIGITS)}`;
  };
  const advantage = grid[chosen]?.advantage ?? null;
  const lead =
    chosen === standard || advantage === null ? '' : ` (${fixed(advantage, 1)} standard errors better)`;
  return [
    markdownText(what),
    ruleText(choice),
    chosen === standard
      ? `the default${figureOf(chosen)}`
      : `${candidateText(choice, chosen)}${figureOf(chosen)}${lead}`,
    `${candidateText(choice, standard)}${figureOf(standard)}`,
    reason === 'default'
      ? 'no rows: the past is too short, or nothing is validated'
      : `${thousands(rows)} rows, ${dates} dates, ${markdownText(first ?? '')} to ${markdownText(last ?? '')}`,
  ];
}

const FIGURE_DIGITS = 5;

function ruleText({ rule, grid }: Choice): string {
  return `${rule} of ${grid.length}`;
}

function candidateText({ grid }: Choice, at: number): string {
  const config = grid[at]?.config;
  return config === undefined ? 'none' : markdownText(settings(config));
}
