import { readFileSync } from 'node:fs';

import { expect } from 'chai';

import { PREBUILT_BUNDLE, bundleWorkflows } from '../../workers/workflow-bundle.js';

/** The SDK alone is 1.63 MB; our own code is small. */
const SIZE_BUDGET_BYTES = 1.75 * 1024 * 1024;

/** Libraries that do not belong in deterministic code. */
const FOREIGN = [
  'node_modules/zod',
  'node_modules/pino',
  'node_modules/@tensorflow',
  'node_modules/papaparse',
];

describe('the workflow bundle', () => {
  it('of the build equals the one that a worker makes itself', async function () {
    this.timeout(300_000);
    const { code } = await bundleWorkflows();
    expect(withoutMap(readFileSync(PREBUILT_BUNDLE, 'utf8')) === withoutMap(code)).to.equal(true);
  });

  it('is within its budget and free of foreign libraries', () => {
    const code = withoutMap(readFileSync(PREBUILT_BUNDLE, 'utf8'));
    expect(code.length).to.be.below(SIZE_BUDGET_BYTES);
    for (const library of FOREIGN) expect(code.includes(library), library).to.equal(false);
  });
});

/** The code without its inlined source map, whose paths may differ. */
function withoutMap(code: string): string {
  return code.replace(/\/\/# sourceMappingURL=.*$/ms, '');
}
