import { decimals } from '../table.js';
import type { CalculatedRun } from './calculated-run.js';
import { SINGLE_STEPS, SPREAD_STEPS, secondsOn, windowsWithin } from './calculated-run.js';
import type { UnitCost, UnitCosts } from './unit-costs.js';

const MACHINES = [1, 4, 16, 64] as const;
const MEMORY_LIMIT_MB = 1.5 * 1024;
const MIB = 1024 * 1024;
const SECONDS_PER_HOUR = 3_600;

/** Unit costs and the run that is calculated from them as two Markdown tables, as they stand in docs/explanation/scale.md. */
export function costTables(costs: UnitCosts, run: CalculatedRun): string[] {
  return [...markdown(unitRows(costs)), '', ...markdown(runRows(costs, run))];
}

function unitRows({ cpu, seconds, bytes, memory }: UnitCosts): string[][] {
  const row = (name: string, cost: UnitCost | undefined, scale = 1): string[] => [
    name,
    significant((cost?.perCohort ?? 0) / scale),
    significant((1000 * (cost?.perWindow ?? 0)) / scale),
  ];
  return [
    ['unit cost', 'a cohort', '1,000 windows'],
    ...SPREAD_STEPS.map((step) => row(`processor seconds of ${step}`, cpu[step])),
    ...SINGLE_STEPS.map((step) => row(`seconds of ${step}`, seconds[step])),
    ...Object.keys(bytes)
      .sort()
      .map((kind) => row(`MiB of \`${kind}\``, bytes[kind], MIB)),
    [
      'MiB of the largest process',
      `${decimals(memory.fixed, 0)} a run`,
      significant(1000 * memory.perWindow),
    ],
  ];
}

function runRows(costs: UnitCosts, run: CalculatedRun): string[][] {
  const { size, orchestration, spreadCpu, singleSeconds, bytes, memoryMb, usefulMachines } = run;
  const hours = (seconds: number): string => `${decimals(seconds / SECONDS_PER_HOUR, 1)} h`;
  return [
    ['a run of', `${whole(size.windows)} windows in ${whole(size.cohorts)} cohorts`],
    ['activities', whole(orchestration.activities)],
    ['events', whole(orchestration.events)],
    ["the server's database", `${whole(orchestration.databaseBytes / MIB)} MiB`],
    ['bytes in the home', `${whole(bytes / MIB / 1024)} GiB`],
    [`processor time of ${SPREAD_STEPS.join(', ')}`, hours(spreadCpu)],
    [`time of ${SINGLE_STEPS.join(', ')}, on one machine`, hours(singleSeconds)],
    ['orchestration', hours(orchestration.seconds)],
    ...MACHINES.map((machines) => [
      `from bars to bundle on ${machines === 1 ? '1 machine' : `${machines} machines`} of 2 cores`,
      hours(secondsOn(run, machines)),
    ]),
    ['machines beyond which one machine is most of the time', decimals(usefulMachines, 1)],
    ['memory of the largest process', `${whole(memoryMb)} MiB`],
    ['windows with which it reaches 1.5 GiB', whole(windowsWithin(costs, MEMORY_LIMIT_MB))],
  ];
}

function markdown(rows: readonly (readonly string[])[]): string[] {
  const [header = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...body.map(line)];
}

function significant(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
}

function whole(value: number): string {
  return Number.isFinite(value)
    ? String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',')
    : 'none: it does not grow';
}
