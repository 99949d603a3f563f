import type { KernelShare } from './kernel-share.js';
import { rounded } from './table.js';
import type { TaughtRun } from './taught-run.js';
import type { PeerSpeed } from './window-peers.js';

/** Everything that was measured. */
export interface TeachMeasurements {
  /** The main run: real bars alone, on trainers that have taught before. */
  readonly ours: OwnRun;
  /** The same as the first run of its trainers. */
  readonly first: OwnRun;
  /** By number of windows, rising; the main run among them. */
  readonly sizes: readonly OwnRun[];
  readonly subprocess: readonly PeerSpeed[];
  readonly together: readonly PeerSpeed[];
  readonly kernels: Pick<KernelShare, 'products'> & { readonly taught: Pick<TaughtRun, 'seconds'> };
}

type OwnRun = Pick<TaughtRun, 'windows' | 'startSeconds' | 'seconds' | 'peakRssMb'>;
type Timed = Pick<OwnRun, 'windows' | 'startSeconds' | 'seconds'>;

/** Windows a minute, and how many times those of the peers they are. */
export interface Paces {
  readonly windowsPerMinute: number | null;
  readonly ratio: number | null;
  /** Of LightGBM in one program, on one or two processes, whichever is faster. */
  readonly inProcessWindowsPerMinute: number | null;
  readonly inProcessRatio: number | null;
}

/**
 * The figures of `--json`. The main ones are of the step teach, priors included, without placebo, on
 * trainers that have taught another run before, beside a program that has fitted the same other run.
 */
export interface TeachFigures extends Paces {
  /** Of one LightGBM process a window, on one or two processes at once, whichever is faster. */
  readonly peerWindowsPerMinute: number | null;
  /** Programs that run already and have done nothing yet: TensorFlow.js is compiled as it goes. */
  readonly firstRun: Paces;
  /** The same with the start of every program. */
  readonly fromStart: Paces;
  /** Time per window of the largest run over that of the main run, on trainers that have taught before. */
  readonly growth10k: number | null;
  /** Largest resident memory of a trainer process over all sizes, in MiB. */
  readonly peakRssMb: number | null;
  /** Share of the step's time that goes into bare matrix products. */
  readonly floorShare: number | null;
}

/** Of some runs of the same, the one that took a middling time. */
export function middleRun<Run extends Timed>(runs: readonly Run[]): Run {
  const [middle] = [...runs].sort((a, b) => a.seconds - b.seconds).slice(Math.floor(runs.length / 2));
  if (middle === undefined) throw new RangeError('there is no run');
  return middle;
}

/** Windows a minute of programs that run already. */
export function paceRunning({ windows, seconds }: Timed): number {
  return (60 * windows) / seconds;
}

/** Windows a minute, the start of the programs included. */
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
  return {
    ...paces(ours, paceRunning),
    peerWindowsPerMinute: rounded(peer),
    firstRun: paces(first, paceRunning),
    fromStart: paces(first, paceFromStart),
    growth10k: rounded(perWindow(largest) / perWindow(ours)),
    peakRssMb: peaks.length === 0 ? null : rounded(Math.max(...peaks)),
    floorShare: rounded(kernels.products === null ? null : kernels.products / kernels.taught.seconds),
  };
}
