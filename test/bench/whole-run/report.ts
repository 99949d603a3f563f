import { decimals, tableLines } from '../table.js';
import type { Measurements, RunFigures } from './figures.js';
import { missedLimits } from './figures.js';
import type { MeasuredRun } from './measured-run.js';
import type { PeerRun } from './peer.js';

const STEPS = ['plan', 'ingest', 'teach', 'distill', 'validate', 'audit'] as const;

const TITLES: Readonly<Record<keyof Measurements, string>> = {
  whole700: 'default run',
  csv700: 'the same bars as files',
  peer700: 'peer in Python',
  real: 'real bars',
  incremental: 'one more session',
  whole10k: '10,010 windows from files',
  peer10k: 'peer in Python, 10,010 windows',
  whole40k: '40,040 windows from files',
};

/** The whole report, line by line. */
export function runReport(measured: Measurements, figures: RunFigures): string[] {
  const runs = present(measured, (one): one is MeasuredRun => 'status' in one);
  const peers = present(measured, (one): one is PeerRun => !('status' in one));
  const missed = missedLimits(figures);
  return [
    '',
    'Seconds from the first task to the verified bundle; start before it, from the command on.',
    '',
    ...tableLines([
      ['', 'windows', 'start', ...STEPS, 'seconds', 'CPU s', 'loop delay ms'],
      ...runs.map(([title, run]) => [
        title,
        String(run.windows),
        decimals(run.start, 1),
        ...STEPS.map((step) => decimals(run.phases[step] ?? null, 1)),
        decimals(run.seconds, 1),
        decimals(run.cpuSeconds, 1),
        decimals(Math.max(0, ...Object.values(run.loopDelays)), 0),
      ]),
      ...peers.map(([title, peer]) => [
        title,
        String(peer.windows.planned),
        '',
        ...STEPS.map(() => ''),
        decimals(peer.seconds, 1),
        decimals(peer.cpuSeconds, 1),
        '',
      ]),
    ]),
    '',
    ...peers.map(([title, { phases }]) => `${title}: ${secondsText(phases)}`),
    '',
    ...memoryTable(runs),
    '',
    ...(missed.length === 0
      ? ['All limits hold that were measured.']
      : missed.map((line) => `limit: ${line}`)),
  ];
}

function memoryTable(runs: readonly (readonly [string, MeasuredRun])[]): string[] {
  const roles = [...new Set(runs.flatMap(([, { peakRssMb }]) => Object.keys(peakRssMb)))].sort();
  return tableLines([
    ['peak MiB of the largest process', ...roles, 'all (PSS)'],
    ...runs.map(([title, { peakRssMb, totalPssMb }]) => [
      title,
      ...roles.map((role) => decimals(peakRssMb[role] ?? null, 0)),
      decimals(totalPssMb, 0),
    ]),
  ]);
}

function present<Kind extends MeasuredRun | PeerRun>(
  measured: Measurements,
  is: (one: MeasuredRun | PeerRun) => one is Kind,
): (readonly [string, Kind])[] {
  const names: readonly (keyof Measurements)[] = [
    ...(['whole700', 'csv700', 'peer700', 'real', 'incremental'] as const),
    ...(['whole10k', 'peer10k', 'whole40k'] as const),
  ];
  return names.flatMap((name) => {
    const one = measured[name];
    return one !== undefined && is(one) ? [[TITLES[name], one] as const] : [];
  });
}

function secondsText(phases: Readonly<Record<string, number>>): string {
  return Object.entries(phases)
    .map(([phase, seconds]) => `${phase} ${decimals(seconds, 1)}`)
    .join(', ');
}
