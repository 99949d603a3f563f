import type { KernelShare } from './kernel-share.js';
import { decimals, tableLines } from './table.js';
import type { TaughtRun } from './taught-run.js';
import type { TeachFigures } from './teach-figures.js';
import { paceFromStart, paceRunning } from './teach-figures.js';
import type { PeerSpeed } from './window-peers.js';

export interface TeachResults {
  readonly ours: TaughtRun;
  /** The same windows on cold trainers. */
  readonly first: TaughtRun;
  /** The same windows on the real and the placebo arm. */
  readonly both: TaughtRun;
  readonly sizes: readonly TaughtRun[];
  readonly subprocess: readonly PeerSpeed[];
  readonly together: readonly PeerSpeed[];
  readonly kernels: KernelShare;
}

/** The whole report, line by line. */
export function teachReport(results: TeachResults, figures: TeachFigures): string[] {
  const { backend } = results.ours;
  return [
    '',
    `Backend ${backend.id}; daily bars, windows of 180 days, measured on this machine. The step teach and LightGBM`,
    'in one program run in turn, three times (once with --quick); the median is shown.',
    ...(backend.fallbackReason === null
      ? []
      : [`TensorFlow's native library is not in use (${backend.fallbackReason}): run \`npm run setup\`.`]),
    '',
    ...tableLines(speedRows(results)),
    '',
    `On warm trainers, like those of a busy worker, the step teach is ${decimals(figures.ratio, 1)} times as fast as one process per`,
    `window, and ${decimals(figures.inProcessRatio, 2)} times as fast as LightGBM in one warm program. On cold trainers it is`,
    `${decimals(figures.firstRun.ratio, 1)} and ${decimals(figures.firstRun.inProcessRatio, 2)} times as fast, including the start of every program ${decimals(figures.fromStart.ratio, 1)} and ${decimals(figures.fromStart.inProcessRatio, 2)} times.`,
    `By processor time, which other work on the machine hardly changes, warm trainers are ${decimals(figures.inProcessCpuRatio, 2)} times as fast as the warm program.`,
    'Each peer uses its faster number of processes, and fits a classifier and a regressor at 1, 5, 10 and 20 bars to every',
    'window. All times include reading the stored bars; those of the step teach also include both heads of the priors,',
    'permuted targets, choices by validation, forward predictions, importance and writing the units.',
    `Choosing takes ${decimals(figures.choiceSeconds, 1)} s, ${decimals(figures.choiceShare === null ? null : 100 * figures.choiceShare, 1)} % of the step (at most 30 %).`,
    '',
    ...tableLines(sizeRows(results.sizes)),
    '',
    'More windows means more synthetic symbols in the same seven cohorts, so the priors are fitted on more rows, too.',
    `Time per window of the largest run over the main one: ${decimals(figures.growth10k, 3)} (warm trainers).`,
    '',
    ...tableLines(shareRows(results)),
    '',
    'Kernels were timed in a separate run with one trainer. Matrix products are a lower bound for any program that does the same training.',
  ];
}

function speedRows({ ours, first, both, subprocess, together }: TeachResults): string[][] {
  const row = (
    name: string,
    run: Pick<TaughtRun, 'windows' | 'startSeconds' | 'seconds'>,
    startMeasured = true,
  ): string[] => [
    name,
    String(run.windows),
    startMeasured ? decimals(run.startSeconds, 1) : 'included',
    decimals(run.seconds, 1),
    startMeasured ? decimals(paceRunning(run), 0) : '',
    decimals(paceFromStart(run), 0),
  ];
  return [
    ['', 'windows', 'start s', 'seconds', 'windows/min', 'with start'],
    ...subprocess.map((speed) =>
      row(`LightGBM, one process per window, ${speed.processes} at once`, speed, false),
    ),
    ...together.map((speed) => row(`LightGBM, one program, ${speed.processes} at once`, speed)),
    row('step teach, real arm alone', ours),
    row('step teach, cold trainers', first),
    row('step teach with its placebo', both),
  ];
}

function sizeRows(sizes: readonly TaughtRun[]): string[][] {
  return [
    [
      'windows of the step teach',
      'failed',
      'start s',
      'seconds',
      'ms/window',
      'windows/min',
      'peak MiB of each trainer',
    ],
    ...sizes.map((run) => [
      String(run.windows),
      String(run.failed),
      decimals(run.startSeconds, 1),
      decimals(run.seconds, 1),
      decimals((1000 * run.seconds) / run.windows, 2),
      decimals(paceRunning(run), 0),
      run.peaksMb.map((peak) => decimals(peak, 0)).join(' ') || '–',
    ]),
  ];
}

function shareRows({ ours, kernels }: TeachResults): string[][] {
  const { features, choose, fit, predict, write, other } = ours.phases;
  const row = (name: string, seconds: number | null, whole: number): string[] => [
    name,
    decimals(seconds, 2),
    decimals(seconds === null ? null : (100 * seconds) / whole, 1),
  ];
  const whole = ours.seconds * ours.trainers;
  const phase = (name: string, seconds: number): string[] => row(name, seconds, whole);
  const known = features + choose + fit + predict + write + other;
  const kernel = (name: string, seconds: number | null): string[] =>
    row(name, seconds, kernels.taught.seconds);
  return [
    [`where the time of ${ours.trainers} trainer(s) goes`, 'seconds', '%'],
    phase('features (reading stored bars included)', features),
    phase('choosing by validation, fits to folds included', choose),
    phase('training: the priors of both heads', fit),
    phase('teachers: adaptations and forward predictions', predict),
    phase('writing units', write),
    phase('reading priors and units', other),
    phase('waiting, activities, plan and telemetry', whole - known),
    kernel(`TensorFlow kernels (${kernels.calls ?? 0} calls)`, kernels.kernels),
    kernel('matrix products among them', kernels.products),
  ];
}
