import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import { quantile } from '../../activities/stats/moments.js';
import { GurukulError } from '../../data/errors.js';
import type { Home } from '../../data/store/home.js';
import { compiledRoot } from '../../data/store/package-root.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { rounded } from './table.js';

/** Times of one command, by round. */
export interface CommandTimes {
  readonly name: string;
  /** Milliseconds from the start of the process to its end. */
  readonly ms: readonly number[];
}

/** Times of short commands, relative to those of a minimal program. */
export interface CliRatios {
  readonly helpRatio: number | null;
  readonly usageErrorRatio: number | null;
  readonly planHelpRatio: number | null;
  readonly statusRatio: number | null;
  readonly runningStatusRatio: number | null;
  readonly listRatio: number | null;
}

const MAIN = path.join(compiledRoot, 'client-bundle', 'main.js');
const BARE = fileURLToPath(new URL('cli-bare.js', import.meta.url));
const WARM_UP = 1;

const upSchema = z.object({ address: z.string() });

interface Timed {
  readonly name: string;
  readonly args: readonly string[];
  readonly exitCode: number;
}

/**
 * Brings a server and workers up, makes one run that has ended and one that is running (paused), and times
 * the commands in turn.
 *
 * @param rounds Number of timed rounds, after one warm-up round.
 */
export async function measureCommands(
  home: Home,
  rounds: number,
  print: (line: string) => void,
): Promise<CommandTimes[]> {
  print('starting a server and workers …');
  const up = spawn(process.execPath, [MAIN, 'up', '--accelerator', 'cpu', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: environment(home),
  });
  try {
    const { address } = await addressOf(up.stdout);
    const small = ['--symbols', 'TCS', '--from', '2023-01-01', '--to', '2023-12-31', '--accelerator', 'cpu'];
    await timed(home, { name: 'run', args: [MAIN, 'run', '--run-id', 'ended', ...small], exitCode: 0 });
    const start = [MAIN, 'run', '--run-id', 'running', '--detach', '--accelerator', 'cpu'];
    await timed(home, { name: 'run', args: start, exitCode: 0 });
    await timed(home, { name: 'pause', args: [MAIN, 'pause', 'running'], exitCode: 0 });
    const commands = commandsAt(address);
    const times = commands.map(({ name }) => ({ name, ms: new Array<number>() }));
    print(`${rounds} rounds of ${commands.length} commands …`);
    for (let round = 0; round < rounds + WARM_UP; round += 1)
      for (const [at, command] of commands.entries()) {
        const ms = await timed(home, command);
        if (round >= WARM_UP) times[at]?.ms.push(ms);
      }
    return times;
  } finally {
    up.kill('SIGTERM');
    if (up.exitCode === null) await once(up, 'exit');
  }
}

/** @returns null where a command was not timed. */
export function cliRatios(times: readonly CommandTimes[]): CliRatios {
  const of = (name: string): number | null => {
    const found = times.find((one) => one.name === name);
    return found === undefined ? null : median(found.ms);
  };
  const ratio = (name: string, base: string): number | null => {
    const [time, least] = [of(name), of(base)];
    return time === null || least === null ? null : rounded(time / least, 3);
  };
  return {
    helpRatio: ratio('--help', 'bare node'),
    usageErrorRatio: ratio('usage error', 'bare node'),
    planHelpRatio: ratio('plan --help', 'bare node'),
    statusRatio: ratio('status', 'bare client'),
    runningStatusRatio: ratio('status (running)', 'bare client'),
    listRatio: ratio('list', 'bare client'),
  };
}

function commandsAt(address: string): readonly Timed[] {
  return [
    { name: 'bare node', args: ['-e', '0'], exitCode: 0 },
    { name: '--help', args: [MAIN, '--help'], exitCode: 0 },
    { name: 'usage error', args: [MAIN, 'run', '--windw-days', '3'], exitCode: 2 },
    { name: 'plan --help', args: [MAIN, 'plan', '--help'], exitCode: 0 },
    { name: 'bare client', args: [BARE, address, workflowIds.run('ended')], exitCode: 0 },
    { name: 'status', args: [MAIN, 'status', 'ended'], exitCode: 0 },
    { name: 'status (running)', args: [MAIN, 'status', 'running'], exitCode: 0 },
    { name: 'list', args: [MAIN, 'list'], exitCode: 0 },
  ];
}

/** Use the benchmark's own server, whatever the environment says. */
function environment(home: Home): NodeJS.ProcessEnv {
  const { TEMPORAL_ADDRESS: _address, TEMPORAL_PROFILE: _profile, ...rest } = process.env;
  return { ...rest, GURUKUL_HOME: home.root };
}

/** @throws GurukulError Bug when the command ends with another status: its time would be meaningless. */
async function timed(home: Home, { name, args, exitCode }: Timed): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment(home),
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  await once(child, 'close');
  const ms = performance.now() - start;
  if (child.exitCode !== exitCode)
    throw new GurukulError('Bug', `${name} ended with ${child.exitCode ?? 'a signal'}: ${errors}`);
  return ms;
}

/** The line that `up --json` prints when everything is up. */
async function addressOf(stdout: NodeJS.ReadableStream): Promise<z.output<typeof upSchema>> {
  for await (const line of createInterface({ input: stdout })) return upSchema.parse(JSON.parse(line));
  throw new GurukulError('Bug', 'the server and the workers did not come up');
}

/** The median of some values. */
export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}
