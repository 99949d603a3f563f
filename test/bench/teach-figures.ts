import type { KernelShare } from './kernel-share.js';
import { rounded } from './table.js';
import type { TaughtRun } from './taught-run.js';
import type { PeerSpeed } from './window-peers.js';

/** Everything that was measured. */
export interface TeachMeasurements {
  /** The main run: real bars alone. */
  readonly ours: OwnRun;
  /** By number of windows, rising; the main run among them. */
  readonly sizes: readonly OwnRun[];
  readonly subprocess: readonly PeerSpeed[];
  readonly together: readonly PeerSpeed[];
  readonly kernels: Pick<KernelShare, 'products'> & { readonly taught: Pick<TaughtRun, 'seconds'> };
}

type OwnRun = Pick<TaughtRun, 'windows' | 'startSeconds' | 'seconds' | 'peakRssMb'>;
type Timed = Pick<OwnRun, 'windows' | 'startSeconds' | 'seconds'>;

/** The figures of `--json`. */
export interface TeachFigures {
  /** Windows a minute of the step teach on trainers that run already, priors included, without placebo. */
  readonly windowsPerMinute: number | null;
  /** Of one LightGBM process a window, on one or two processes at once, whichever is faster. */
  readonly peerWindowsPerMinute: number | null;
  readonly ratio: number | null;
  /** Of LightGBM in one program that has started already, on one or two processes, whichever is faster. */
  readonly inProcessWindowsPerMinute: number | null;
  readonly inProcessRatio: number | null;
  /** The same with the start of every program. */
  readonly fromStart: {
    readonly windowsPerMinute: number | null;
    readonly ratio: number | null;
    readonly inProcessWindowsPerMinute: number | null;
    readonly inProcessRatio: number | null;
  };
  /** Time per window of the largest run over that of the main run, without the start of the process. */
  readonly growth10k: number | null;
  /** Largest resident memory of a trainer process over all sizes, in MiB. */
  readonly peakRssMb: number | null;
  /** Share of the step's time that goes into bare matrix products. */
  readonly floorShare: number | null;
}

/** Windows a minute of programs that run already, as a worker's trainers do when a run comes. */
export function paceRunning({ windows, seconds }: Timed): number {
  return (60 * windows) / seconds;
}

/** Windows a minute, the start of the programs included. */
export function paceFromStart({ windows, startSeconds, seconds }: Timed): number {
  return (60 * windows) / (startSeconds + seconds);
}

export function teachFigures({
  ours,
  sizes,
  subprocess,
  together,
  kernels,
}: TeachMeasurements): TeachFigures {
  const pacesBy = (pace: (run: Timed) => number): TeachFigures['fromStart'] => {
    const mine = pace(ours);
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
    ...pacesBy(paceRunning),
    peerWindowsPerMinute: rounded(peer),
    fromStart: pacesBy(paceFromStart),
    growth10k: rounded(perWindow(largest) / perWindow(ours)),
    peakRssMb: peaks.length === 0 ? null : rounded(Math.max(...peaks)),
    floorShare: rounded(kernels.products === null ? null : kernels.products / kernels.taught.seconds),
  };
}
