import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { runProgram } from '../support/program.js';
import { print } from '../bench/program.js';
import { fuzzArguments } from './arguments.js';
import { runCases } from './campaign.js';
import { PRODUCT } from './product.js';
import { isFaultless, reportLines } from './report.js';

/*
 * `npm run fuzz:bars -- --seed S --files N --only INDEX --keep`: writes random bars in random forms, reads them, and
 * compares every bar, feature and label with the truth. Exit status: 0 no silent difference, 1 some, 2 bad input.
 */

async function main(): Promise<void> {
  const { seed, indices, keep } = fuzzArguments(process.argv.slice(2));
  const folder = await mkdtemp(path.join(tmpdir(), 'gurukul-fuzz-'));
  const note = (line: string): void => void process.stderr.write(`${line}\n`);
  const results = await runCases({ seed, indices, folder, keep, product: PRODUCT, note });
  for (const line of reportLines(results, seed)) print(line);
  const faultless = isFaultless(results);
  if (keep || !faultless) note(`files are kept: ${folder}`);
  else await rm(folder, { recursive: true, force: true });
  if (!faultless) process.exitCode = 1;
}

await runProgram(main);
