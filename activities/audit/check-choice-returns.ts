import type { ChoiceReturns } from '../../data/predictions/choice-returns.js';
import { cohortChoicesSchema } from '../../data/schemas/choices.js';
import { readJsonFile } from './bundle-facts.js';
import { readChoiceReturns } from './bundle-choices.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, choicesOfFile } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import type { Difference } from './differences.js';

/** What choices.json of the real bars says of a choice, over all cohorts. */
interface Declared {
  candidates: number;
  first: string;
  last: string;
}

/**
 * Compares choice_returns.parquet with the choices of all cohorts: its rows are sorted, each once, and are of their
 * candidates and of dates that they were validated on. Its figures are only claimed. Without a validated choice there
 * is no such file; bundles of earlier versions have none.
 */
export async function checkChoiceReturns(files: BundleFiles, sameProgram: boolean): Promise<PartialCheck> {
  const file = BUNDLE.choiceReturns;
  const declared = declaredChoices(files);
  const returns = await readChoiceReturns(files);
  if (returns === undefined) {
    if (declared.size === 0) return { unchecked: [] };
    return sameProgram
      ? {
          difference: {
            file,
            expected: 'a file of every bundle with validated choices',
            found: 'no such file',
          },
          unchecked: [],
        }
      : { unchecked: [`${file}: not in the bundle`] };
  }
  if (declared.size === 0 && !sameProgram) return { unchecked: [`${file}: no choices to compare it with`] };
  const difference = firstWrongRow(returns, declared);
  return difference === undefined
    ? { unchecked: [] }
    : { difference: { file, ...difference }, unchecked: [] };
}

function firstWrongRow(
  { choice, config, date }: ChoiceReturns,
  declared: ReadonlyMap<string, Declared>,
): Omit<Difference, 'file'> | undefined {
  for (const [row, name] of choice.entries()) {
    const [candidate, day] = [config[row] ?? NaN, date[row] ?? ''];
    const own = declared.get(name);
    if (own === undefined) return { expected: 'only validated choices', found: name };
    if (candidate >= own.candidates)
      return { expected: `${name}: ${own.candidates} candidates`, found: `number ${candidate + 1}` };
    if (day < own.first || day > own.last)
      return { expected: `${name}: dates from ${own.first} to ${own.last}`, found: day };
    const [last, lastCandidate, lastDay] = [
      choice[row - 1] ?? '',
      config[row - 1] ?? -1,
      date[row - 1] ?? '',
    ];
    const follows =
      name === last ? (candidate === lastCandidate ? day > lastDay : candidate > lastCandidate) : name > last;
    if (!follows)
      return {
        expected: 'rows sorted by choice, candidate and date, each once',
        found: `${name}, candidate ${candidate + 1}, ${day} in row ${row + 1}`,
      };
  }
  return undefined;
}

function declaredChoices(files: BundleFiles): ReadonlyMap<string, Declared> {
  const declared = new Map<string, Declared>();
  for (const file of files.keys()) {
    if (choicesOfFile(file)?.arm !== 'real') continue;
    for (const { what, grid, first, last } of readJsonFile(files, file, cohortChoicesSchema).choices) {
      if (first === null || last === null) continue;
      const own = declared.get(what) ?? { candidates: 0, first, last };
      declared.set(what, {
        candidates: Math.max(own.candidates, grid.length),
        first: first < own.first ? first : own.first,
        last: last > own.last ? last : own.last,
      });
    }
  }
  return declared;
}
