import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { SYNTHETIC_END } from '../../data/schemas/run-choices.js';
import { Home } from '../../data/store/home.js';
import { addDays } from '../../data/time/dates.js';
import { nseDir } from '../support/nse.js';
import { benchmark, print } from './program.js';
import type { Python } from './python.js';
import { peerPython } from './python.js';
import { writeUniverse } from './synthetic-universe.js';
import type { Part } from './whole-run/arguments.js';
import { runBenchArguments } from './whole-run/arguments.js';
import type { CsvUniverse } from './whole-run/csv-universe.js';
import { writeCsvUniverse } from './whole-run/csv-universe.js';
import type { Measurements } from './whole-run/figures.js';
import { missedLimits, runFigures } from './whole-run/figures.js';
import type { MeasuredRun } from './whole-run/measured-run.js';
import { measureRun } from './whole-run/measured-run.js';
import type { PeerRun } from './whole-run/peer.js';
import { runPeer } from './whole-run/peer.js';
import { runReport } from './whole-run/report.js';
import { requireSameWork } from './whole-run/same-work.js';

/*
 * Whole runs of the command line from bars to a verified bundle, beside a peer in Python that reads the same files in
 * the same call. Exit status 1 where a limit is missed, or where the peer has done other work.
 */

/** Seven windows each: 10,010 and 40,040. */
const SYMBOLS = { '10k': 1430, '40k': 5720 } as const;
/** The exclusive end of a run that lacks the last session, a Monday, and what comes after the weekend before it. */
const A_SESSION_EARLIER = addDays(SYNTHETIC_END, -1);

await benchmark(async (scratch) => {
  const { json, parts, peer } = runBenchArguments(process.argv.slice(2));
  const python = peer && (parts.has('700') || parts.has('10k')) ? await peerPython() : undefined;
  const has = (part: Part): boolean => parts.has(part);
  const measured: { -readonly [Name in keyof Measurements]: Measurements[Name] } = {};
  if (has('700')) {
    measured.whole700 = await runOf(scratch, 'the default run', 'default', []);
    const universe = await bars(scratch, '700', 'nifty100');
    measured.csv700 = await runOf(scratch, 'the same bars as files', 'csv', fromFiles(universe, 'nifty100'));
    measured.peer700 = await peerOf(scratch, python, universe, measured.csv700);
  }
  const nse = nseDir();
  if (has('real') && nse !== undefined) {
    const args = ['--source', 'csv', '--bars', path.join(nse, 'daily'), '--to', SYNTHETIC_END];
    measured.real = await runOf(scratch, 'real bars', 'real', args);
  }
  if (has('incremental')) measured.incremental = await incrementalRun(scratch);
  if (has('10k')) {
    const { universe, file } = await manyBars(scratch, '10k');
    measured.whole10k = await runOf(scratch, '10,010 windows', 'many', fromFiles(universe, file));
    measured.peer10k = await peerOf(scratch, python, universe, measured.whole10k);
    await rm(universe.bars, { recursive: true });
  }
  if (has('40k')) {
    const { universe, file } = await manyBars(scratch, '40k');
    measured.whole40k = await runOf(scratch, '40,040 windows', 'most', fromFiles(universe, file));
  }
  const figures = runFigures(measured);
  for (const line of runReport(measured, figures)) print(line);
  if (missedLimits(figures).length > 0) process.exitCode = 1;
  return { json, figures };
});

/** A run in a home of its own, which is removed; its bundle is checked against the peer's before that. */
async function runOf(
  scratch: Home,
  what: string,
  name: string,
  args: readonly string[],
): Promise<MeasuredRun> {
  print(`${what} …`);
  return measureRun(new Home(path.join(scratch.root, `home-${name}`)), name, args);
}

async function peerOf(
  scratch: Home,
  python: Python | undefined,
  universe: CsvUniverse,
  run: MeasuredRun,
): Promise<PeerRun | undefined> {
  if (python === undefined) return undefined;
  print('the peer in Python …');
  const folder = path.join(scratch.root, 'peer');
  await mkdir(folder, { recursive: true });
  const peer = await runPeer(python, universe, folder);
  await requireSameWork(run, peer);
  await rm(folder, { recursive: true });
  return peer;
}

/** A finished run, then the same with one more session of bars: it takes over what did not change. */
async function incrementalRun(scratch: Home): Promise<MeasuredRun> {
  const folder = path.join(scratch.root, 'bars-grown');
  const home = new Home(path.join(scratch.root, 'home-grown'));
  await writeCsvUniverse(folder, 'nifty100', A_SESSION_EARLIER);
  print('a run that will have one more session …');
  const args = ['--source', 'csv', '--bars', folder, '--membership', 'today'];
  await measureRun(home, 'before', [...args, '--to', A_SESSION_EARLIER]);
  await writeCsvUniverse(folder, 'nifty100', SYNTHETIC_END);
  print('one more session …');
  return measureRun(home, 'after', [...args, '--to', SYNTHETIC_END]);
}

async function manyBars(
  scratch: Home,
  size: keyof typeof SYMBOLS,
): Promise<{ readonly universe: CsvUniverse; readonly file: string }> {
  const file = path.join(scratch.root, `universe-${size}.json`);
  await writeUniverse(file, SYMBOLS[size]);
  return { universe: await bars(scratch, size, file), file };
}

async function bars(scratch: Home, name: string, universe: string): Promise<CsvUniverse> {
  print('writing synthetic bars as files (not measured) …');
  return writeCsvUniverse(path.join(scratch.root, `bars-${name}`), universe);
}

/** Today's members at every date, as those of the synthetic source. */
function fromFiles({ bars: folder }: CsvUniverse, universe: string): string[] {
  const source = ['--source', 'csv', '--bars', folder, '--to', SYNTHETIC_END];
  return [...source, '--universe', universe, '--membership', 'today'];
}
