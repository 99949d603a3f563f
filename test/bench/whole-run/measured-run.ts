import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { GurukulError } from '../../../data/errors.js';
import type { Phase, RunStatus } from '../../../data/schemas/run-status.js';
import { runStatusSchema } from '../../../data/schemas/run-status.js';
import type { Home } from '../../../data/store/home.js';
import { compiledRoot } from '../../../data/store/package-root.js';
import { telemetryFiles } from '../../../data/store/telemetry-files.js';
import { bytesByFolder } from './home-bytes.js';
import type { LoopDelays } from './loop-delay.js';
import { meterLoopDelays } from './loop-delay.js';
import { firstTaskAt, phaseSpans, secondsByPhase } from './phases.js';
import type { ProcessUse } from './process-meter.js';
import { cpuUntil, meterProcesses } from './process-meter.js';

/** A run of the command line from bars to a verified bundle, with its own server and workers. */
export interface MeasuredRun {
  readonly status: RunStatus;
  readonly windows: number;
  /** Seconds from the start of the command to the first task of a worker. */
  readonly start: number;
  /** From there to the verified bundle. */
  readonly seconds: number;
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  /** Processor seconds of all processes in each phase. */
  readonly cpu: Readonly<Partial<Record<Phase, number>>>;
  readonly cpuSeconds: number;
  readonly peakRssMb: ProcessUse['peakRssMb'];
  readonly totalPssMb: number;
  readonly loopDelays: LoopDelays;
  /** Bytes of the home by folder when the run has ended. */
  readonly bytes: Readonly<Record<string, number>>;
}

const MAIN = path.join(compiledRoot, 'client-bundle', 'main.js');

/**
 * @param args Of `gurukul run`, beside those that say where and how.
 * @throws GurukulError Bug when the run fails, with its last words.
 */
export async function measureRun(home: Home, runId: string, args: readonly string[]): Promise<MeasuredRun> {
  const begun = Date.now();
  const child = spawn(
    process.execPath,
    [MAIN, 'run', '--embedded', '--accelerator', 'cpu', '--run-id', runId, '--json', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: environment(home) },
  );
  const { pid } = child;
  if (pid === undefined) throw new GurukulError('Bug', 'the command does not start');
  const endProcesses = meterProcesses(pid);
  const endDelays = meterLoopDelays(home, () => firstTask(home, begun) !== undefined);
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString('utf8')).slice(-4_000)));
  await once(child, 'close');
  const [use, loopDelays] = [endProcesses(), await endDelays()];
  if (child.exitCode !== 0)
    throw new GurukulError('Bug', `the run ${runId} ended with ${child.exitCode ?? 'a signal'}:\n${errors}`);
  const status = runStatusSchema.parse(JSON.parse(out));
  const first = firstTask(home, begun);
  if (first === undefined) throw new GurukulError('Bug', 'no worker has logged its first task');
  const spans = phaseSpans(await telemetryLines(home, runId), first);
  const phases = secondsByPhase(spans);
  const cpu = secondsByPhase(spans, ({ from, to }) => cpuUntil(use.cpu, to) - cpuUntil(use.cpu, from));
  return {
    ...{ status, windows: status.windows.planned, start: (first - begun) / 1000, phases, cpu, loopDelays },
    seconds: ((spans.at(-1)?.to ?? NaN) - first) / 1000,
    cpuSeconds: Object.values(cpu).reduce((sum, own) => sum + own, 0),
    ...{ peakRssMb: use.peakRssMb, totalPssMb: use.totalPssMb },
    bytes: await bytesByFolder(home.root),
  };
}

/** Its own server, whatever the environment says. */
function environment(home: Home): NodeJS.ProcessEnv {
  const { TEMPORAL_ADDRESS: _address, TEMPORAL_PROFILE: _profile, ...rest } = process.env;
  return { ...rest, GURUKUL_HOME: home.root };
}

/** The first task since a moment; the logs of an earlier run of the home go on. */
function firstTask(home: Home, since: number): number | undefined {
  const lines = filesOf(home.logs()).flatMap((file) => linesOf(file));
  return firstTaskAt(lines.filter((line) => (firstTaskAt([line]) ?? 0) >= since));
}

async function telemetryLines(home: Home, runId: string): Promise<string[]> {
  return (await telemetryFiles(home, runId)).flatMap((file) => linesOf(file.path));
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n');
}
