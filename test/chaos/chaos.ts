import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { GurukulError, InvalidInputError, errorMessage } from '../../data/errors.js';
import { Home } from '../../data/store/home.js';
import { print } from '../bench/program.js';
import { runCampaign } from './campaign.js';
import { isFaultless, reportLines } from './report.js';

/*
 * `npm run chaos -- --seed S --kills K`: kills parts of the real stack at random while runs are in flight, and
 * compares their results with those of an undisturbed run. Exit status: 0 no difference, 1 differences, 2 bad input.
 */

const MAX_KILLS = 10_000;
const MAX_TOGETHER = 16;
const LARGEST_SEED = 0xffff_ffff;

interface Arguments {
  readonly seed: number;
  readonly kills: number;
  readonly together: number;
}

async function main(): Promise<void> {
  const { seed, kills, together } = readArguments();
  const root = await mkdtemp(path.join(tmpdir(), 'gurukul-chaos-'));
  let faultless = false;
  try {
    const campaign = await runCampaign({
      ...{ seed, kills, together },
      home: new Home(root),
      log: (line) => process.stderr.write(`${line}\n`),
    });
    for (const line of reportLines(campaign)) print(line);
    faultless = isFaultless(campaign);
  } finally {
    // Keep the files of a failure for inspection.
    if (faultless) await rm(root, { recursive: true, force: true });
    else process.stderr.write(`the home of the runs is kept: ${root}\n`);
  }
  if (!faultless) process.exitCode = 1;
}

function readArguments(): Arguments {
  const problems: string[] = [];
  const number = (name: string, text: string, lowest: number, highest: number): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < lowest || value > highest)
      problems.push(`--${name}: must be a whole number from ${lowest} to ${highest}, not ${text}`);
    return value;
  };
  const { seed = '1', kills = '20', together = '3' } = parse(process.argv.slice(2));
  const values = {
    seed: number('seed', seed, 0, LARGEST_SEED),
    kills: number('kills', kills, 1, MAX_KILLS),
    together: number('together', together, 1, MAX_TOGETHER),
  };
  if (problems.length > 0) throw new InvalidInputError(problems);
  return values;
}

function parse(args: readonly string[]): { seed?: string; kills?: string; together?: string } {
  try {
    const options = {
      seed: { type: 'string' },
      kills: { type: 'string' },
      together: { type: 'string' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new InvalidInputError([errorMessage(error)]);
  }
}

try {
  await main();
} catch (error) {
  const text =
    error instanceof GurukulError ? errorMessage(error) : error instanceof Error ? error.stack : error;
  process.stderr.write(`error: ${String(text)}\n`);
  process.exitCode = error instanceof InvalidInputError ? 2 : 1;
}
