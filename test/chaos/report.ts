import { tableLines } from '../bench/table.js';
import type { Campaign, RunEnd } from './campaign.js';

/** Whether all runs ended like the undisturbed one. */
export function isFaultless({ runs }: Campaign): boolean {
  return runs.every((run) => isEqual(run) && run.account.linesDoubled.length === 0);
}

/** The report: a table of the kills, a table of the runs, the differences, and a summary line. */
export function reportLines(campaign: Campaign): string[] {
  const { seed, undisturbed, undisturbedTook, kills, runs } = campaign;
  return [
    `seed ${seed}; the undisturbed run took ${undisturbedTook} s; digest ${undisturbed.bundleDigest ?? 'none'}`,
    '',
    ...tableLines([
      ['kill', 'target', 'at (s)', 'down (s)', 'equal', 'in flight'],
      ...kills.map(({ target, at, downFor, met }, index) => [
        String(index + 1),
        target,
        at.toFixed(1),
        downFor.toFixed(1),
        met.every(({ run }) => endedEqual(runs, run)) ? 'yes' : 'NO',
        met.map(({ run, phase }) => `${run} ${phase}`).join(', '),
      ]),
    ]),
    '',
    ...tableLines([
      [
        'run',
        'kills',
        'took (s)',
        'equal',
        'lost',
        'twice',
        'steps',
        'again',
        'lines lost',
        'doubled',
        'repeated',
      ],
      ...runs.map((end) => [
        end.run,
        String(kills.filter(({ met }) => met.some(({ run }) => run === end.run)).length),
        end.took.toFixed(1),
        isEqual(end) ? 'yes' : 'NO',
        String(end.account.windowsLost.length),
        String(twice(end).length),
        String(end.training.steps),
        String(end.training.again),
        String(end.account.linesLost.length),
        String(end.account.linesDoubled.length),
        String(end.account.linesRepeated),
      ]),
    ]),
    '',
    'equal: digest and counts as in the undisturbed run, and the bundle verifies. lost: windows without a',
    'teacher. twice: shards, priors and students that were trained to the end more than once. again: training',
    'steps since the last checkpoint that were repeated after a kill. doubled: lines with one id and different',
    'facts, or a second line of a window. repeated: lines with the id and the facts of an earlier line, written',
    'by a retried activity; readers count ids.',
    ...runs.flatMap(wrongLines),
    '',
    sumLine(campaign),
  ];
}

/** `N kills, N equal, N windows lost, N trained twice, N telemetry lines lost`. */
export function sumLine({ kills, runs }: Campaign): string {
  const equal = kills.filter(({ met }) => met.every(({ run }) => endedEqual(runs, run))).length;
  const sum = (count: (end: RunEnd) => number): number => runs.reduce((total, end) => total + count(end), 0);
  return [
    `${kills.length} kills`,
    `${equal} equal`,
    `${sum(({ account }) => account.windowsLost.length)} windows lost`,
    `${sum((end) => twice(end).length)} trained twice`,
    `${sum(({ account }) => account.linesLost.length)} telemetry lines lost`,
  ].join(', ');
}

/** Units trained to the end twice, by the telemetry or by the logs of the trainers' supervisors. */
function twice({ account, training }: RunEnd): string[] {
  return [...new Set([...account.trainedTwice, ...training.twice])];
}

function isEqual(end: RunEnd): boolean {
  return (
    end.wrong.length === 0 &&
    end.account.windowsLost.length === 0 &&
    end.account.linesLost.length === 0 &&
    twice(end).length === 0
  );
}

function endedEqual(runs: readonly RunEnd[], run: string): boolean {
  const end = runs.find((one) => one.run === run);
  return end?.wrong.length === 0;
}

function wrongLines(end: RunEnd): string[] {
  const { windowsLost, linesLost, linesDoubled } = end.account;
  const lines = [
    ...end.wrong,
    ...windowsLost.map((window) => `lost: ${window}`),
    ...twice(end).map((unit) => `trained twice: ${unit}`),
    ...linesLost.map((line) => `line lost: ${line}`),
    ...linesDoubled.map((line) => `line doubled: ${line}`),
  ];
  return lines.map((line) => `${end.run}: ${line}`);
}
