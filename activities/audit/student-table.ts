import type { Choice } from '../../data/schemas/choices.js';
import { markdownText } from '../../data/text/safe-text.js';
import { REWARD_CHOICE } from '../model/student/student-grid.js';
import { settings } from '../model/stated-constants.js';
import { fixed } from '../texts/format-numbers.js';
import type { BundleFacts } from './bundle-facts.js';

/** Which of the compared students each cohort has, and why. */
export function studentTable({ choices, students }: Pick<BundleFacts, 'choices' | 'students'>): {
  head: string[];
  rows: string[][];
} {
  const made = new Map(
    choices.flatMap(({ arm, cohort, choices: own }) => {
      const choice = own.find(({ what }) => what === REWARD_CHOICE);
      return arm === 'real' && choice !== undefined ? [[cohort, choice] as const] : [];
    }),
  );
  return {
    head: ['cohort', 'student', 'why'],
    rows: students.map((cohort) => {
      const choice = made.get(cohort);
      return [
        cohort,
        choice === undefined || choice.chosen === 0
          ? 'without rewards'
          : `with rewards as weights (${markdownText(settings(choice.grid[choice.chosen]?.config ?? {}))})`,
        reasonOf(choice),
      ];
    }),
  };
}

function reasonOf(choice: Choice | undefined): string {
  if (choice === undefined) return 'nothing was compared';
  const { chosen, reason, grid, dates } = choice;
  if (reason === 'default') return 'the default: the past is too short to compare';
  const others = grid
    .map(({ advantage, config }, at) => ({ at, advantage: advantage ?? null, config }))
    .filter(({ at }) => at !== 0);
  const shown = others
    .filter(({ at }) => chosen === 0 || at === chosen)
    .map(
      ({ advantage, config }) =>
        `${markdownText(settings(config))}: ${fixed(advantage, 1)} standard errors over the default`,
    );
  return `${chosen === 0 ? 'the default: none is clearly better' : 'clearly better'} on ${dates} dates before (${shown.join('; ')})`;
}
