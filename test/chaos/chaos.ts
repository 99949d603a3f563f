import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { InvalidInputError } from '../../data/errors.js';
import { Home } from '../../data/store/home.js';
import { print } from '../bench/program.js';
import { runProgram } from '../support/program.js';
import { LARGEST_SEED, numberReader, parsedArguments } from '../support/program-arguments.js';
import { runCampaign } from './campaign.js';
import { isFaultless, reportLines } from './report.js';

/*
 * `npm run chaos -- --seed S --kills K`: kills parts of the real stack at random while runs are in flight, and
 * compares their results with those of an undisturbed run. Exit status: 0 no difference, 1 differences, 2 bad input.
 */

const MAX_KILLS = 10_000;
const MAX_TOGETHER = 16;

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
  const { number, problems } = numberReader();
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
  const options = {
    seed: { type: 'string' },
    kills: { type: 'string' },
    together: { type: 'string' },
  } as const;
  return parsedArguments(() => parseArgs({ args: [...args], options }).values);
}

await runProgram(main);
