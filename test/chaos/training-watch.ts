import { z } from 'zod';

/** What the supervisors of trainers log at level debug. */
const lineSchema = z.union([
  z.looseObject({
    msg: z.literal('progress'),
    run: z.string(),
    unit: z.string(),
    phase: z.enum(['features', 'select', 'fit', 'predict', 'write']),
    step: z.number(),
  }),
  z.looseObject({ msg: z.literal('unit done'), run: z.string(), unit: z.string(), reused: z.boolean() }),
]);

/** What became of a run's training, over all attempts. */
export interface TrainingSeen {
  /** Steps of training (mini-batches, or windows) that the run takes. */
  readonly steps: number;
  /** Steps done once more, since an attempt fell between two checkpoints. */
  readonly again: number;
  /** Units that were trained to their end more than once. */
  readonly twice: readonly string[];
}

/** Listens to the logs of train workers. */
export interface TrainingWatch {
  hear(line: string): void;
  seen(run: string): TrainingSeen;
}

/** Phases in which nothing is learnt. */
const NO_TRAINING: ReadonlySet<string> = new Set(['features', 'write']);

export function createTrainingWatch(): TrainingWatch {
  /** By run, then unit and phase, then step: how many attempts told of it. */
  const told = new Map<string, Map<string, Map<number, number>>>();
  /** By run, then unit: how often it was trained to its end. */
  const ends = new Map<string, Map<string, number>>();
  return {
    hear(line) {
      const heard = parse(line);
      if (heard === undefined) return;
      const { run, unit } = heard;
      if (heard.msg === 'unit done') {
        if (!heard.reused)
          count(
            entry(ends, run, () => new Map<string, number>()),
            unit,
          );
      } else if (!NO_TRAINING.has(heard.phase)) {
        const phases = entry(told, run, () => new Map<string, Map<number, number>>());
        count(
          entry(phases, `${unit} ${heard.phase}`, () => new Map<number, number>()),
          heard.step,
        );
      }
    },
    seen(run) {
      let steps = 0;
      let again = 0;
      for (const times of told.get(run)?.values() ?? []) {
        let before = 0;
        // A message stands for all steps since the one before.
        for (const [step, attempts] of [...times].sort(([a], [b]) => a - b)) {
          steps += step - before;
          again += (attempts - 1) * (step - before);
          before = step;
        }
      }
      const twice = [...(ends.get(run) ?? [])].filter(([, times]) => times > 1).map(([unit]) => unit);
      return { steps, again, twice };
    },
  };
}

function parse(line: string): z.output<typeof lineSchema> | undefined {
  if (!line.includes('"progress"') && !line.includes('"unit done"')) return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function count<Key>(map: Map<Key, number>, key: Key): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
