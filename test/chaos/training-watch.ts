import { z } from 'zod';

/** Messages that the supervisors of trainers log at level debug. */
const lineSchema = z.union([
  z.looseObject({
    msg: z.literal('progress'),
    run: z.string(),
    unit: z.string(),
    phase: z.enum(['features', 'choose', 'fit', 'predict', 'write']),
    step: z.number(),
  }),
  z.looseObject({ msg: z.literal('unit done'), run: z.string(), unit: z.string(), reused: z.boolean() }),
]);

/** Figures of a run's training, over all attempts. */
export interface TrainingFigures {
  /** Training steps of the run (mini-batches or windows). */
  readonly steps: number;
  /** Steps that were repeated because an attempt ended between two checkpoints. */
  readonly again: number;
  /** Units that were trained to the end more than once. */
  readonly twice: readonly string[];
}

/** Reads the logs of train workers. */
export interface TrainingWatch {
  addLine(line: string): void;
  figures(run: string): TrainingFigures;
}

/** Phases without training. */
const NO_TRAINING: ReadonlySet<string> = new Set(['features', 'write']);

export function createTrainingWatch(): TrainingWatch {
  /** By run, then unit and phase, then step: the number of attempts that reported it. */
  const reported = new Map<string, Map<string, Map<number, number>>>();
  /** By run, then unit: how often it was trained to the end. */
  const ends = new Map<string, Map<string, number>>();
  return {
    addLine(line) {
      const message = parse(line);
      if (message === undefined) return;
      const { run, unit } = message;
      if (message.msg === 'unit done') {
        if (!message.reused)
          count(
            entry(ends, run, () => new Map<string, number>()),
            unit,
          );
      } else if (!NO_TRAINING.has(message.phase)) {
        const phases = entry(reported, run, () => new Map<string, Map<number, number>>());
        count(
          entry(phases, `${unit} ${message.phase}`, () => new Map<number, number>()),
          message.step,
        );
      }
    },
    figures(run) {
      let steps = 0;
      let again = 0;
      for (const times of reported.get(run)?.values() ?? []) {
        let before = 0;
        // A message stands for all steps since the previous one.
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
