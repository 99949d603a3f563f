import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { runCases } from '../fuzz/campaign.js';
import { PRODUCT } from '../fuzz/product.js';
import { isFaultless, reportLines, sumLine } from '../fuzz/report.js';

const SEED = 14;
const CASES = 500;

describe('many random bars in every format', function () {
  this.timeout(600_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gurukul-fuzz-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it(`give the features and labels of clean bars, or are stopped: ${CASES} cases`, async () => {
    const indices = Array.from({ length: CASES }, (_, index) => index);
    const results = await runCases({ seed: SEED, indices, folder, product: PRODUCT });
    const report = reportLines(results, SEED).join('\n');
    expect(isFaultless(results), report).to.equal(true);
    expect(sumLine(results), report).to.match(/^500 files, 4\d\d equal, \d+ stopped, 0 wrong$/);
  });
});
