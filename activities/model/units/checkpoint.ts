import { rm } from 'node:fs/promises';

import { z } from 'zod';

import { GurukulError } from '../../../data/errors.js';
import { sha256 } from '../../../data/store/digests.js';
import { readIfExists, writeFileAtomic } from '../../../data/store/files.js';
import type { Pace } from './job-context.js';
import type { NamedArray } from './named-arrays.js';
import { packArrays, unpackArrays } from './named-arrays.js';

/**
 * The state of a training phase: enough to continue with identical results. It holds no random state, since
 * every random stream is keyed by its purpose.
 */
export interface Snapshot {
  /** Counters and figures, as JSON. */
  readonly facts: unknown;
  /** Weights and the optimiser's state. */
  readonly arrays: readonly NamedArray[];
}

/** One phase of a unit, for the code that trains. */
export interface PhaseCheckpoint {
  /** State of an interrupted attempt, if any. */
  readonly resumed: Snapshot | undefined;
  /**
   * Called at every step, between two changes of the state: lets the process handle messages, and saves when
   * it is due.
   *
   * @throws GurukulError Cancelled after saving the state, when the job must stop.
   */
  step(state: () => Snapshot): Promise<void>;
  /** Keeps the final state of a complete phase: a later phase saves it together with its own. */
  settle(state: Snapshot): void;
}

/** The checkpoint file of one unit. A file with another key, or a damaged one, is ignored. */
export interface Checkpoint {
  phase(name: string): PhaseCheckpoint;
  /** Removes the file: the unit is sealed. */
  remove(): Promise<void>;
}

const headerSchema = z.strictObject({
  key: z.string(),
  phases: z.array(
    z.strictObject({
      name: z.string(),
      facts: z.unknown(),
      specs: z.array(
        z.strictObject({ name: z.string(), shape: z.array(z.number()), dtype: z.literal('float32') }),
      ),
      bytes: z.number(),
    }),
  ),
});

/** @param key Key of the unit: a checkpoint of other inputs or other code is never used. */
export async function openCheckpoint(file: string, key: string, pace: Pace): Promise<Checkpoint> {
  const saved = decode(await readIfExists(file), key);
  const states = new Map<string, () => Snapshot>(
    [...saved].map(([name, snapshot]) => [name, () => snapshot]),
  );
  const save = async (): Promise<void> => {
    await writeFileAtomic(file, encode(key, states));
    pace.saved();
  };
  return {
    phase: (name) => ({
      resumed: saved.get(name),
      async step(state) {
        states.set(name, state);
        await pace.yieldToEvents();
        if (pace.stopping()) {
          await save();
          throw new GurukulError('Cancelled', 'the job was stopped; its checkpoint is saved');
        }
        if (pace.saveDue()) await save();
      },
      settle: (state) => void states.set(name, () => state),
    }),
    remove: () => rm(file, { force: true }),
  };
}

/** A line with the digest of the rest, a line of JSON that describes it, then the arrays of every phase. */
function encode(key: string, states: ReadonlyMap<string, () => Snapshot>): Uint8Array {
  const phases = [...states].map(([name, state]) => {
    const { facts, arrays } = state();
    return { name, facts, ...packArrays(arrays) };
  });
  const header: z.input<typeof headerSchema> = {
    key,
    phases: phases.map(({ name, facts, specs, bytes }) => ({
      name,
      facts,
      specs: specs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
      bytes: bytes.byteLength,
    })),
  };
  const content = Buffer.concat([
    Buffer.from(`${JSON.stringify(header)}\n`),
    ...phases.map(({ bytes }) => bytes),
  ]);
  return Buffer.concat([Buffer.from(`${sha256(content)}\n`), content]);
}

function decode(file: Buffer | undefined, key: string): Map<string, Snapshot> {
  const phases = new Map<string, Snapshot>();
  const [digest, content] = cutLine(file ?? Buffer.alloc(0));
  if (sha256(content) !== digest) return phases;
  const [line, body] = cutLine(content);
  const header = parseHeader(line);
  if (header?.key !== key) return phases;
  let at = 0;
  for (const { name, facts, specs, bytes } of header.phases) {
    phases.set(name, { facts, arrays: unpackArrays(specs, body.subarray(at, at + bytes)) });
    at += bytes;
  }
  return phases;
}

/** The first line and what follows it. */
function cutLine(content: Buffer): [string, Buffer] {
  const end = content.indexOf(0x0a);
  return end < 0 ? ['', content] : [content.toString('utf8', 0, end), content.subarray(end + 1)];
}

function parseHeader(line: string): z.output<typeof headerSchema> | undefined {
  try {
    return headerSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
