import { rounded } from '../table.js';
import type { MeasuredRun } from './measured-run.js';
import type { PeerRun } from './peer.js';

/** What was measured; parts that were left out are missing. */
export interface Measurements {
  /** The default run, on the synthetic source. */
  readonly whole700?: MeasuredRun | undefined;
  /** The same bars as files: what the peer reads. */
  readonly csv700?: MeasuredRun | undefined;
  readonly peer700?: PeerRun | undefined;
  readonly real?: MeasuredRun | undefined;
  readonly incremental?: MeasuredRun | undefined;
  readonly whole10k?: MeasuredRun | undefined;
  readonly peer10k?: PeerRun | undefined;
  readonly whole40k?: MeasuredRun | undefined;
}

type Seconds = number | null;
type ByPhase = Readonly<Record<string, Seconds>>;

/** The figures of `--json`; null: not measured. Seconds are from a run's first task to its verified bundle. */
export interface RunFigures {
  readonly whole700: Seconds;
  readonly csv700: Seconds;
  readonly whole10k: Seconds;
  readonly real: Seconds;
  readonly realWindows: number | null;
  readonly start: ByPhase;
  readonly phases700: ByPhase;
  readonly phases10k: ByPhase;
  readonly peer700: Seconds;
  readonly peer10k: Seconds;
  /** Seconds of the peer over those of the run that reads the same files. */
  readonly ratio700: number | null;
  readonly ratio10k: number | null;
  /** The same of processor time, which other work on the machine hardly changes. */
  readonly cpuRatio700: number | null;
  readonly cpuRatio10k: number | null;
  /** By how much the time of a window grows from 10,010 windows to 40,040. */
  readonly growth40k: number | null;
  /** Of the largest process, at 10,010 windows and at 40,040. */
  readonly peakRssMb: number | null;
  readonly peakRssMb40k: number | null;
  /** Of all processes together. */
  readonly totalPssMb: number | null;
  readonly totalPssMb40k: number | null;
  /** The longest that the event loop of a worker process was held up after the first task, in any run. */
  readonly loopDelayMs: number | null;
  readonly incremental: Seconds;
  /** What the costs of larger runs are calculated from: see `unit-costs.ts`. */
  readonly costs: readonly RunCosts[];
}

/** What one run took. */
export interface RunCosts {
  readonly windows: number;
  readonly cohorts: number;
  readonly seconds: ByPhase;
  readonly cpu: ByPhase;
  readonly bytes: Readonly<Record<string, number>>;
  readonly peakRssMb: number;
}

export function runFigures(measured: Measurements): RunFigures {
  const { whole700, csv700, peer700, real, incremental, whole10k, peer10k, whole40k } = measured;
  const runs = [whole700, csv700, real, incremental, whole10k, whole40k].filter((run) => run !== undefined);
  const delays = runs.flatMap(({ loopDelays }) => Object.values(loopDelays));
  return {
    whole700: secondsOf(whole700),
    csv700: secondsOf(csv700),
    whole10k: secondsOf(whole10k),
    real: secondsOf(real),
    realWindows: real?.windows ?? null,
    start: allRounded(
      Object.fromEntries(
        Object.entries({ whole700, whole10k, whole40k }).flatMap(([name, run]) =>
          run === undefined ? [] : [[name, run.start]],
        ),
      ),
    ),
    phases700: allRounded(whole700?.phases ?? {}),
    phases10k: allRounded(whole10k?.phases ?? {}),
    peer700: rounded(peer700?.seconds ?? null),
    peer10k: rounded(peer10k?.seconds ?? null),
    ratio700: ratio(peer700?.seconds, csv700?.seconds),
    ratio10k: ratio(peer10k?.seconds, whole10k?.seconds),
    cpuRatio700: ratio(peer700?.cpuSeconds, csv700?.cpuSeconds),
    cpuRatio10k: ratio(peer10k?.cpuSeconds, whole10k?.cpuSeconds),
    growth40k: growth(whole10k, whole40k),
    peakRssMb: largest(whole10k),
    peakRssMb40k: largest(whole40k),
    totalPssMb: rounded(whole10k?.totalPssMb ?? null),
    totalPssMb40k: rounded(whole40k?.totalPssMb ?? null),
    loopDelayMs: delays.length === 0 ? null : rounded(Math.max(...delays)),
    incremental: secondsOf(incremental),
    costs: [csv700, whole10k, whole40k].filter((run) => run !== undefined).map(costsOf),
  };
}

/** By how much the time of a window grows from one run to a larger one; 0: not at all. */
export function growth(
  small: Pick<MeasuredRun, 'seconds' | 'windows'> | undefined,
  large: Pick<MeasuredRun, 'seconds' | 'windows'> | undefined,
): number | null {
  if (small === undefined || large === undefined) return null;
  return rounded(large.seconds / large.windows / (small.seconds / small.windows) - 1);
}

/** What must hold, and whether it does; a part that was left out says nothing. */
export function missedLimits(figures: RunFigures): string[] {
  const limits: readonly (readonly [keyof RunFigures, number | null, 'most' | 'least', number])[] = [
    ['whole700', figures.whole700, 'most', 15],
    ['whole10k', figures.whole10k, 'most', 120],
    ['incremental', figures.incremental, 'most', 10],
    ['ratio700', figures.ratio700, 'least', 0.8],
    ['ratio10k', figures.ratio10k, 'least', 1.5],
    ['growth40k', figures.growth40k, 'most', 0.2],
    ['peakRssMb', figures.peakRssMb, 'most', 1.5 * 1024],
    ['peakRssMb40k', figures.peakRssMb40k, 'most', 1.5 * 1024],
    ['totalPssMb', figures.totalPssMb, 'most', 4 * 1024],
    ['totalPssMb40k', figures.totalPssMb40k, 'most', 4 * 1024],
  ];
  return limits.flatMap(([name, value, kind, limit]) => {
    const holds = value === null || (kind === 'most' ? value <= limit : value >= limit);
    return holds ? [] : [`${name} is ${value}, and must be at ${kind} ${limit}`];
  });
}

function costsOf(run: MeasuredRun): RunCosts {
  const { windows, status, phases, cpu, bytes, peakRssMb } = run;
  return {
    ...{ windows, cohorts: status.students, bytes },
    ...{ seconds: allRounded(phases), cpu: allRounded(cpu) },
    peakRssMb: Math.max(...Object.values(peakRssMb)),
  };
}

function allRounded(values: Readonly<Record<string, number>>): ByPhase {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)]));
}

function secondsOf(run: MeasuredRun | undefined): Seconds {
  return rounded(run?.seconds ?? null);
}

function ratio(peer: number | undefined, ours: number | undefined): number | null {
  return peer === undefined || ours === undefined ? null : rounded(peer / ours);
}

function largest(run: MeasuredRun | undefined): number | null {
  return run === undefined ? null : rounded(Math.max(...Object.values(run.peakRssMb)));
}
