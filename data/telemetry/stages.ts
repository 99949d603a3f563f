import { z } from 'zod';

/** A named part of a program's start, in seconds since its process began. */
export const stageSchema = z.object({ name: z.string(), from: z.number(), to: z.number() });
export type Stage = z.output<typeof stageSchema>;

/** Measures where a program's start spends its time. Stages may overlap. */
export interface StageClock {
  /** The stages so far, in the order in which they ended. */
  readonly stages: readonly Stage[];
  /** Seconds since the process began. */
  now(): number;
  time<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

/** Starts to measure: what was before, loading the program, is the first stage. */
export function startStageClock(): StageClock {
  const now = (): number => performance.now() / 1000;
  const stages: Stage[] = [{ name: 'load the program', from: 0, to: now() }];
  return {
    stages,
    now,
    async time(name, work) {
      const from = now();
      const result = await work();
      stages.push({ name, from, to: now() });
      return result;
    },
  };
}

/**
 * Stages as a table, `from` and `to` in seconds.
 *
 * @param parts Stages within one of them, by its name; their times count from their own process.
 */
export function stageTable(
  stages: readonly Stage[],
  parts: ReadonlyMap<string, readonly Stage[]> = new Map(),
): string {
  const row = ({ name, from, to }: Stage, indent: string): string =>
    `${indent}${from.toFixed(1).padStart(6)} ${to.toFixed(1).padStart(6)}  ${name}`;
  return [...stages]
    .sort((a, b) => a.from - b.from)
    .flatMap((stage) => [
      row(stage, ''),
      ...(parts.get(stage.name) ?? []).map(({ name, from, to }) =>
        row({ name, from: stage.from + from, to: stage.from + to }, '    '),
      ),
    ])
    .join('\n');
}
