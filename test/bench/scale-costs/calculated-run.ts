import type { RunSize, UnitCosts } from './unit-costs.js';
import { costOfAll, costOfRun } from './unit-costs.js';

/** Steps whose activities any number of machines can take at once. */
export const SPREAD_STEPS = ['ingest', 'teach', 'distill'] as const;
/** Steps that are one activity at a time, on one machine. */
export const SINGLE_STEPS = ['plan', 'validate', 'audit'] as const;

/** Cores of the machine that unit costs are measured on, and of every machine that is calculated with. */
export const CORES = 2;

/** What the orchestration of a run of this size took, measured with activities that return at once. */
export interface Orchestration {
  readonly seconds: number;
  readonly activities: number;
  readonly events: number;
  readonly databaseBytes: number;
}

/** A run that was not made, calculated from what smaller ones cost. */
export interface CalculatedRun {
  readonly size: RunSize;
  readonly orchestration: Orchestration;
  /** Processor seconds of the steps that spread over machines. */
  readonly spreadCpu: number;
  /** Seconds of the steps that one machine does, however many there are. */
  readonly singleSeconds: number;
  readonly bytes: number;
  readonly bytesByKind: Readonly<Record<string, number>>;
  /** MiB of the largest process. */
  readonly memoryMb: number;
  /** With so many machines both parts take as long: any more save less than half of what the first ones did. */
  readonly usefulMachines: number;
}

export function calculateRun(costs: UnitCosts, size: RunSize, orchestration: Orchestration): CalculatedRun {
  const spreadCpu = costOfAll(
    SPREAD_STEPS.map((step) => costs.cpu[step]),
    size,
  );
  const singleSeconds = costOfAll(
    SINGLE_STEPS.map((step) => costs.seconds[step]),
    size,
  );
  const bytesByKind = Object.fromEntries(
    Object.entries(costs.bytes).map(([kind, cost]) => [kind, costOfRun(cost, size)]),
  );
  return {
    ...{ size, orchestration, spreadCpu, singleSeconds, bytesByKind },
    bytes: Object.values(bytesByKind).reduce((sum, own) => sum + own, 0),
    memoryMb: costs.memory.fixed + costs.memory.perWindow * size.windows,
    usefulMachines: singleSeconds === 0 ? Infinity : spreadCpu / CORES / singleSeconds,
  };
}

/** Seconds from bars to bundle on a number of machines: what spreads divided among their cores, and what does not. */
export function secondsOn(
  { spreadCpu, singleSeconds, orchestration }: CalculatedRun,
  machines: number,
): number {
  return spreadCpu / (CORES * machines) + singleSeconds + orchestration.seconds;
}

/** Most windows of a run whose largest process stays below a size, in MiB; Infinity where it does not grow. */
export function windowsWithin({ memory }: Pick<UnitCosts, 'memory'>, limitMb: number): number {
  return memory.perWindow === 0
    ? Infinity
    : Math.max(0, Math.floor((limitMb - memory.fixed) / memory.perWindow));
}
