import type { CohortChoices } from '../../../data/schemas/choices.js';
import { cohortChoicesSchema } from '../../../data/schemas/choices.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { choicesOfFile } from '../bundle-layout.js';
import type { ComparedBundle } from './compared-bundle.js';
import { readJsonOf } from './compared-bundle.js';

type Choice = CohortChoices['choices'][number];

/** What was chosen: the configuration, and whether figures or the declared default decided. */
interface Chosen {
  readonly config: Readonly<Record<string, number | string>> | null;
  readonly reason: Choice['reason'];
}

/** A choice of a cohort that came out in another way. */
export interface ChoiceChange {
  readonly cohort: string;
  readonly arm: CohortChoices['arm'];
  readonly what: string;
  /** Null where a run does not have the choice. */
  readonly before: Chosen | null;
  readonly after: Chosen | null;
}

/** Choices of the cohorts that both runs have. */
export interface ChoiceChanges {
  readonly compared: number;
  readonly moved: readonly ChoiceChange[];
  /** Choices that came out the same, with other figures or another grid. */
  readonly figures: number;
}

/** Compares the choices of two bundles. @throws GurukulError BadSchema, ChecksumMismatch */
export async function choiceChanges(before: ComparedBundle, after: ComparedBundle): Promise<ChoiceChanges> {
  let [compared, figures] = [0, 0];
  const moved: ChoiceChange[] = [];
  // Of one cohort, choices.json sorts before placebo_choices.json.
  const files = [...before.digests.keys()].filter((file) => choicesOfFile(file) !== undefined).sort();
  for (const file of files) {
    if (!after.digests.has(file)) continue;
    const was = await readJsonOf(before, file, cohortChoicesSchema);
    if (was === undefined) continue;
    const is =
      before.digests.get(file) === after.digests.get(file)
        ? was
        : await readJsonOf(after, file, cohortChoicesSchema);
    const [had, has] = [byName(was), byName(is ?? { ...was, choices: [] })];
    for (const what of [...new Set([...had.keys(), ...has.keys()])].sort()) {
      compared += 1;
      const [one, other] = [had.get(what), has.get(what)];
      const [a, b] = [chosenOf(one), chosenOf(other)];
      if (canonicalJson(a) !== canonicalJson(b))
        moved.push({ cohort: was.cohort, arm: was.arm, what, before: a, after: b });
      else if (canonicalJson(one ?? null) !== canonicalJson(other ?? null)) figures += 1;
    }
  }
  return { compared, moved, figures };
}

function byName({ choices }: Pick<CohortChoices, 'choices'>): Map<string, Choice> {
  return new Map(choices.map((choice) => [choice.what, choice]));
}

function chosenOf(choice: Choice | undefined): Chosen | null {
  return choice === undefined
    ? null
    : { config: choice.grid[choice.chosen]?.config ?? null, reason: choice.reason };
}
