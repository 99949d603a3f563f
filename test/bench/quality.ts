import path from 'node:path';

import type { RunInputDraft } from '../../data/schemas/run-input.js';
import { qualityArguments } from './arguments.js';
import { writeFolderUniverse } from './bars-folder.js';
import { benchmark, print } from './program.js';
import { peerPython } from './python.js';
import type { SeedRun } from './quality-compare.js';
import { compareModels } from './quality-compare.js';
import { MODELS, printedFigures } from './quality-models.js';
import { qualityReport } from './quality-report.js';
import { settleRun } from './settled-run.js';
import { teachRun } from './taught-run.js';

/*
 * How well teachers and students predict the bars after their windows, compared with trivial baselines, simple factors
 * and the peers on the same forward rows of real bars; and their placebo on the same rows of resampled bars.
 */

const FIRST_SEED = 7;

await benchmark(async (home) => {
  const { json, bars, seeds, from, to, entry } = qualityArguments(process.argv.slice(2));
  const python = await peerPython();
  const universe = path.join(home.root, 'universe.json');
  await writeFolderUniverse(universe, bars);
  const input: RunInputDraft = { universe, source: 'csv', bars, from, to, entry, accelerator: 'cpu' };
  const runs: SeedRun[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed += 1) {
    print(`teachers, students and their placebo, seed ${seed} …`);
    const settled = await settleRun(home, `seed-${seed}`, { ...input, seed });
    const taught = await teachRun(home, settled, ['real', 'placebo'], { students: true });
    runs.push({ seed, settled, taught });
  }
  const { rows, models } = await compareModels(home, python, runs);
  for (const line of qualityReport(rows, models, runs.length)) print(line);
  const figures = Object.fromEntries(MODELS.map((name) => [name, printedFigures(models.bySeed[name])]));
  return { json, figures: { rows, models: figures } };
});
