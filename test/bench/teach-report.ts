import type { KernelShare } from './kernel-share.js';
import { decimals, tableLines } from './table.js';
import type { TaughtRun } from './taught-run.js';
import type { TeachFigures } from './teach-figures.js';
import { paceFromStart, paceRunning } from './teach-figures.js';
import type { PeerSpeed } from './window-peers.js';

export interface TeachResults {
  readonly ours: TaughtRun;
  /** The same windows as the first run of its trainers. */
  readonly first: TaughtRun;
  /** The same windows on the real and the placebo arm. */
  readonly both: TaughtRun;
  readonly sizes: readonly TaughtRun[];
  readonly subprocess: readonly PeerSpeed[];
  readonly together: readonly PeerSpeed[];
  readonly kernels: KernelShare;
}

/** The whole report for a person, line by line. */
export function teachReport(results: TeachResults, figures: TeachFigures): string[] {
  const { backend } = results.ours;
  return [
    '',
    `Backend ${backend.id}; daily bars, windows of 180 days, figures of one run of this machine: the step teach`,
    'and LightGBM in one program in turn, three times unless --quick, the middle one shown.',
    ...(backend.fallbackReason === null
      ? []
      : [`TensorFlow's own library is not in use (${backend.fallbackReason}): run \`npm run setup\`.`]),
    '',
    ...tableLines(speedRows(results)),
    '',
    `On trainers that have taught before, as those of a worker at work, the step teach is ${decimals(figures.ratio, 1)} times the`,
    `process a window, and ${decimals(figures.inProcessRatio, 2)} times LightGBM in one program that has fitted before. As the first run`,
    `of its trainers it is ${decimals(figures.firstRun.ratio, 1)} and ${decimals(figures.firstRun.inProcessRatio, 2)} times, with the start of every program ${decimals(figures.fromStart.ratio, 1)} and ${decimals(figures.fromStart.inProcessRatio, 2)} times.`,
    'Each peer at its faster number of processes. Every time includes the reading of stored bars; ours also',
    'the priors, the choice of strengths, forward predictions, importance and the writing of units.',
    '',
    ...tableLines(sizeRows(results.sizes)),
    '',
    'More windows are more made-up symbols in the same seven cohorts, so the priors learn from more rows too.',
    `Time per window of the largest run over the main one: ${decimals(figures.growth10k, 3)} (trainers that have taught before).`,
    '',
    ...tableLines(shareRows(results)),
    '',
    'Kernels were timed in a run of their own, with one trainer; matrix products are the floor of any program for the same training.',
  ];
}

function speedRows({ ours, first, both, subprocess, together }: TeachResults): string[][] {
  const row = (
    name: string,
    run: Pick<TaughtRun, 'windows' | 'startSeconds' | 'seconds'>,
    apart = true,
  ): string[] => [
    name,
    String(run.windows),
    apart ? decimals(run.startSeconds, 1) : 'in it',
    decimals(run.seconds, 1),
    apart ? decimals(paceRunning(run), 0) : '',
    decimals(paceFromStart(run), 0),
  ];
  return [
    ['', 'windows', 'start s', 'seconds', 'windows/min', 'with start'],
    ...subprocess.map((speed) =>
      row(`LightGBM, a process a window, ${speed.processes} at once`, speed, false),
    ),
    ...together.map((speed) => row(`LightGBM, one program, ${speed.processes} at once`, speed)),
    row('step teach, real arm alone', ours),
    row('step teach, first run of its trainers', first),
    row('step teach with its placebo', both),
  ];
}

function sizeRows(sizes: readonly TaughtRun[]): string[][] {
  return [
    ['windows of the step teach', 'failed', 'start s', 'seconds', 'ms/window', 'windows/min', 'peak MiB'],
    ...sizes.map((run) => [
      String(run.windows),
      String(run.failed),
      decimals(run.startSeconds, 1),
      decimals(run.seconds, 1),
      decimals((1000 * run.seconds) / run.windows, 2),
      decimals(paceRunning(run), 0),
      decimals(run.peakRssMb, 0),
    ]),
  ];
}

function shareRows({ ours, kernels }: TeachResults): string[][] {
  const { features, fit, predict, write, other } = ours.phases;
  const row = (name: string, seconds: number | null, whole: number): string[] => [
    name,
    decimals(seconds, 2),
    decimals(seconds === null ? null : (100 * seconds) / whole, 1),
  ];
  const whole = ours.seconds * ours.trainers;
  const phase = (name: string, seconds: number): string[] => row(name, seconds, whole);
  const known = features + fit + predict + write + other;
  const kernel = (name: string, seconds: number | null): string[] =>
    row(name, seconds, kernels.taught.seconds);
  return [
    [`where the time of ${ours.trainers} trainer(s) goes`, 'seconds', '%'],
    phase('features (reading stored bars included)', features),
    phase('training: the priors', fit),
    phase('forward predictions', predict),
    phase('writing units', write),
    phase('reading priors and units', other),
    phase('waiting, activities, plan and telemetry', whole - known),
    kernel(`TensorFlow kernels (${kernels.calls ?? 0} calls)`, kernels.kernels),
    kernel('matrix products among them', kernels.products),
  ];
}
