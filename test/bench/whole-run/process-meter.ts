import { sampleTree } from './process-tree.js';
import type { ProcessSample } from './process-tree.js';

/** What a tree of processes has used. */
export interface ProcessUse {
  /** Largest resident memory of every role; of several processes of a role, that of the largest. */
  readonly peakRssMb: Readonly<Record<string, number>>;
  /** Most memory of all together at one moment, what they share counted once. */
  readonly totalPssMb: number;
  /** Processor seconds of all together, ended ones included, by the moment of each look. */
  readonly cpu: readonly CpuAt[];
}

export interface CpuAt {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly seconds: number;
}

const PERIOD_MS = 1_000;

/** Adds the looks at a tree of processes up. */
export class ProcessTally {
  readonly #peaks = new Map<string, number>();
  readonly #cpuOf = new Map<number, number>();
  readonly #cpu: CpuAt[] = [];
  #totalPss = 0;

  add(at: number, samples: readonly ProcessSample[]): void {
    for (const { pid, role, peakRssMb, cpuSeconds } of samples) {
      this.#peaks.set(role, Math.max(this.#peaks.get(role) ?? 0, peakRssMb));
      this.#cpuOf.set(pid, cpuSeconds);
    }
    this.#totalPss = Math.max(
      this.#totalPss,
      samples.reduce((sum, { pssMb }) => sum + pssMb, 0),
    );
    // A process that has ended keeps what it had used when it was last seen.
    const seconds = [...this.#cpuOf.values()].reduce((sum, own) => sum + own, 0);
    this.#cpu.push({ at, seconds });
  }

  use(): ProcessUse {
    return { peakRssMb: Object.fromEntries(this.#peaks), totalPssMb: this.#totalPss, cpu: this.#cpu };
  }
}

/**
 * Looks at a process and everything below it once a second.
 *
 * @returns Ends it.
 */
export function meterProcesses(root: number): () => ProcessUse {
  const tally = new ProcessTally();
  const look = (): void => tally.add(Date.now(), sampleTree(root));
  look();
  const timer = setInterval(look, PERIOD_MS);
  return () => {
    clearInterval(timer);
    return tally.use();
  };
}

/** Processor seconds up to a moment, between two looks in proportion. */
export function cpuUntil(cpu: readonly CpuAt[], at: number): number {
  const after = cpu.findIndex((look) => look.at >= at);
  if (after < 0) return cpu.at(-1)?.seconds ?? 0;
  const [before, next] = [cpu[after - 1], cpu[after]];
  if (before === undefined || next === undefined) return next?.seconds ?? 0;
  return before.seconds + ((at - before.at) / (next.at - before.at)) * (next.seconds - before.seconds);
}
