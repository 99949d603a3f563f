import type { KernelShare } from './kernel-share.js';
import type { PhaseSeconds } from './phase-clock.js';
import { rounded } from './table.js';
import type { TaughtRun } from './taught-run.js';
import type { PeerSpeed } from './window-peers.js';

/** All measurements. */
export interface TeachMeasurements {
  /** The main run: the real arm alone, on warm trainers (that have trained another run before). */
  readonly ours: OwnRun &
    Pick<TaughtRun, 'trainers' | 'cpuSeconds'> & { readonly phases: Pick<PhaseSeconds, 'choose'> };
  /** The same on cold trainers. */
  readonly first: OwnRun;
  /** By number of windows, ascending, including the main run. */
  readonly sizes: readonly OwnRun[];
  readonly subprocess: readonly PeerSpeed[];
  readonly together: readonly PeerSpeed[];
  readonly kernels: Pick<KernelShare, 'products'> & { readonly taught: Pick<TaughtRun, 'seconds'> };
}

type OwnRun = Pick<TaughtRun, 'windows' | 'startSeconds' | 'seconds' | 'peakRssMb'>;
type Timed = Pick<OwnRun, 'windows' | 'startSeconds' | 'seconds'>;

/** Windows per minute, and their ratios to those of the peers. */
export interface Paces {
  readonly windowsPerMinute: number | null;
  readonly ratio: number | null;
  /** LightGBM in one program, on one or two processes, whichever is faster. */
  readonly inProcessWindowsPerMinute: number | null;
  readonly inProcessRatio: number | null;
}

/**
 * The figures of `--json`. The main ones are for the step teach including priors, without placebo, on warm trainers,
 * compared with a peer program that is warm as well.
 */
export interface TeachFigures extends Paces {
  /** One LightGBM process per window, one or two at once, whichever is faster. */
  readonly peerWindowsPerMinute: number | null;
  /** Cold programs that have started but done nothing yet: JavaScript is compiled while it runs. */
  readonly firstRun: Paces;
  /** The same including the start of every program. */
  readonly fromStart: Paces;
  /** Time per window of the largest run divided by that of the main run, on warm trainers. */
  readonly growth10k: number | null;
  /** Largest resident memory of a trainer process over all sizes, in MiB. */
  readonly peakRssMb: number | null;
  /** Share of the step's time spent in matrix products. */
  readonly floorShare: number | null;
  /** Seconds of the main run that its trainers spend on choosing by validation, fits to folds included. */
  readonly choiceSeconds: number | null;
  /** The same as a share of the step. */
  readonly choiceShare: number | null;
  /**
   * Processor time per window of LightGBM in one program over that of the step's trainers, both warm: what
   * `inProcessRatio` would be if nothing else ran on the machine and both used all of it.
   */
  readonly inProcessCpuRatio: number | null;
}

/** The run with the median time. */
export function medianRun<Run extends Timed>(runs: readonly Run[]): Run {
  const [median] = [...runs].sort((a, b) => a.seconds - b.seconds).slice(Math.floor(runs.length / 2));
  if (median === undefined) throw new RangeError('there is no run');
  return median;
}

/** Windows per minute of programs that have started already. */
export function paceRunning({ windows, seconds }: Timed): number {
  return (60 * windows) / seconds;
}

/** Windows per minute, including the start of the programs. */
export function paceFromStart({ windows, startSeconds, seconds }: Timed): number {
  return (60 * windows) / (startSeconds + seconds);
}

export function teachFigures({
  ours,
  first,
  sizes,
  subprocess,
  together,
  kernels,
}: TeachMeasurements): TeachFigures {
  const paces = (run: OwnRun, pace: (run: Timed) => number): Paces => {
    const mine = pace(run);
    const inProcess = Math.max(...together.map(pace));
    return {
      windowsPerMinute: rounded(mine),
      ratio: rounded(mine / peer),
      inProcessWindowsPerMinute: rounded(inProcess),
      inProcessRatio: rounded(mine / inProcess),
    };
  };
  const peer = Math.max(...subprocess.map(paceFromStart));
  const largest = sizes.at(-1) ?? ours;
  const perWindow = ({ seconds, windows }: Timed): number => seconds / windows;
  const peaks = sizes.map(({ peakRssMb }) => peakRssMb).filter((peak) => peak !== null);
  // All trainers choose at once: their seconds are shared out to compare them with those of the step.
  const peerCpu = Math.min(...together.map(({ cpuSeconds, windows }) => (cpuSeconds ?? NaN) / windows));
  const choiceSeconds = ours.phases.choose / ours.trainers;
  return {
    ...paces(ours, paceRunning),
    peerWindowsPerMinute: rounded(peer),
    firstRun: paces(first, paceRunning),
    fromStart: paces(first, paceFromStart),
    growth10k: rounded(perWindow(largest) / perWindow(ours)),
    peakRssMb: peaks.length === 0 ? null : rounded(Math.max(...peaks)),
    floorShare: rounded(kernels.products === null ? null : kernels.products / kernels.taught.seconds),
    choiceSeconds: rounded(choiceSeconds),
    choiceShare: rounded(choiceSeconds / ours.seconds),
    inProcessCpuRatio: rounded(ours.cpuSeconds === null ? null : peerCpu / (ours.cpuSeconds / ours.windows)),
  };
}
