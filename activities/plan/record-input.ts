import { datesOf } from '../../data/calendar/settle-dates.js';
import { InvalidInputError } from '../../data/errors.js';
import { inputDifferences } from '../../data/schemas/input-differences.js';
import type { Entry, Membership } from '../../data/schemas/run-choices.js';
import { UNSTATED_ENTRY } from '../../data/schemas/run-choices.js';
import type { OpenInput, RunConfig } from '../../data/schemas/run-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import type { Home } from '../../data/store/home.js';
import { createStored, readStoredJson, writeStoredJson } from '../../data/store/stored-files.js';

/** What an earlier start of a run has settled. */
export interface SettledInput {
  /** None where there was no start. */
  readonly dates: Pick<OpenInput, 'to' | 'completeUntil'>;
  /** Who started it first, as it was declared; whoever starts it again does not become its author. */
  readonly author: string | undefined;
  /**
   * What a run that is resumed means where its input leaves it open. One without an entry or a membership is from
   * before there were any.
   */
  readonly choices: { readonly entry: Entry; readonly membership: Membership };
}

/** Reads the recorded input of a run, if it was started before. */
export async function settledInput(home: Home, runId: string): Promise<SettledInput> {
  const there = await readStoredJson(home, home.runInput(runId), runInputSchema);
  return {
    dates: there === undefined ? {} : datesOf(there),
    author: there?.author,
    choices: { entry: there?.entry ?? UNSTATED_ENTRY, membership: there?.membership ?? 'today' },
  };
}

/**
 * Records a run's input in its folder. A run id stands for one input, whichever client and whichever workflow
 * id starts it: of two at once, one creates the file and the other is compared with it. Idempotent.
 *
 * @throws InvalidInputError naming every key that differs.
 */
export async function recordInput(home: Home, config: RunConfig): Promise<void> {
  const { runId } = config;
  const file = home.runInput(runId);
  if (await createStored(home, file, `${JSON.stringify(config, null, 2)}\n`)) return;
  const there = await readStoredJson(home, file, runInputSchema);
  const differences = there === undefined ? [] : inputDifferences({ ...there, runId }, config);
  if (differences.length > 0)
    throw new InvalidInputError([
      `runId: ${runId} is there already, with other input (${differences.join('; ')}); choose another id`,
    ]);
  // The accelerator and the like may change from start to start.
  await writeStoredJson(home, file, config);
}
