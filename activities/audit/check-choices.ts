import type { Predictions } from '../../data/predictions/prediction.js';
import { cohortOfWindow } from '../../data/predictions/prediction.js';
import type { Choice } from '../../data/schemas/choices.js';
import { cohortChoicesSchema } from '../../data/schemas/choices.js';
import { clearlyBetter } from '../model/choices/choice.js';
import { readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, choicesFile, choicesOfFile } from './bundle-layout.js';
import { formDifference } from './byte-form.js';
import type { PartialCheck } from './check-figures.js';
import { taughtWindows } from './check-teachers.js';
import type { Difference } from './differences.js';
import type { RowCheck } from './row-checks.js';

/**
 * Checks the choices of every cohort as far as possible without bars: each follows from
 * the figures that it states by its rule, or is the default without any, and was made on dates before the first one that the cohort is validated on.
 * Bundles of earlier versions have no choices.
 */
export function choicesCheck(files: BundleFiles, sameProgram: boolean): RowCheck<PartialCheck> {
  const validated = new Map<string, string>();
  return {
    see: ({ teacher }) => addFirstDates(validated, teacher),
    end: () => checkChoices(files, validated, sameProgram),
  };
}

/** @param validated The first date that each cohort is validated on. */
function checkChoices(
  files: BundleFiles,
  validated: ReadonlyMap<string, string>,
  sameProgram: boolean,
): PartialCheck {
  const taught = new Set(taughtWindows(files).keys());
  const difference = firstWrongChoice(files, taught, validated);
  if (difference !== undefined) return { difference, unchecked: [] };
  // As in bundles of earlier versions.
  if (!sameProgram && ![...files.keys()].some((file) => choicesOfFile(file) !== undefined))
    return { unchecked: taught.size === 0 ? [] : [`${BUNDLE.choices}: not in the bundle`] };
  const missing = [...taught]
    .flatMap((cohort) => [choicesFile(cohort, 'real'), choicesFile(cohort, 'placebo')])
    .filter((file) => !files.has(file));
  const [file] = missing;
  return sameProgram && file !== undefined
    ? { difference: { file, expected: 'a file of every bundle', found: 'no such file' }, unchecked: [] }
    : { unchecked: missing.map((name) => `${name}: not in the bundle`) };
}

function firstWrongChoice(
  files: BundleFiles,
  taught: ReadonlySet<string>,
  validated: ReadonlyMap<string, string>,
): Difference | undefined {
  for (const [file, content] of files) {
    const place = choicesOfFile(file);
    if (place === undefined) continue;
    const form = formDifference(file, content);
    if (form !== undefined) return form;
    if (!taught.has(place.cohort))
      return { file, expected: 'only choices of cohorts with teachers', found: place.cohort };
    const { cohort, arm, choices } = readJsonFile(files, file, cohortChoicesSchema);
    if (cohort !== place.cohort || arm !== place.arm)
      return { file, expected: `choices of ${place.cohort} (${place.arm})`, found: `${cohort} (${arm})` };
    for (const choice of choices) {
      const problem = problemOf(choice, validated.get(cohort));
      if (problem !== undefined) return { file, ...problem };
    }
  }
  return undefined;
}

function problemOf(
  { what, grid, rule, standard, chosen, reason, last }: Choice,
  until: string | undefined,
): Omit<Difference, 'file'> | undefined {
  const figures = grid.map(({ figure }) => figure);
  const known = figures.filter((figure) => figure !== null);
  const best = known.length === 0 ? undefined : figures.indexOf(Math.max(...known));
  const wanted = rule === 'clearly better' ? clearlyBetter(grid, standard) : (best ?? standard);
  if (chosen >= grid.length || chosen !== wanted)
    return {
      expected: `${what}: candidate ${wanted} of ${grid.length}, ${
        rule === 'best' ? 'whose figure is the highest' : 'the default or one that is clearly better'
      }`,
      found: `${chosen}`,
    };
  if ((best === undefined) !== (reason === 'default'))
    return { expected: `${what}: ${best === undefined ? 'default' : 'validated'}`, found: reason };
  // An intraday date of the first validated session sorts after the session's own text.
  if (last !== null && until !== undefined && last.slice(0, 10) >= until.slice(0, 10))
    return { expected: `${what}: dates before ${until}, the first that is validated`, found: last };
  return undefined;
}

function addFirstDates(first: Map<string, string>, { date, split, window }: Predictions): void {
  for (let row = 0; row < date.length; row += 1) {
    if (split[row] !== 'validation') continue;
    const cohort = cohortOfWindow(window[row] ?? '');
    const [own = '', known] = [date[row], first.get(cohort)];
    if (known === undefined || own < known) first.set(cohort, own);
  }
}
