import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { BUNDLE } from '../../../activities/audit/bundle-layout.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import type { Backtest } from '../../../data/schemas/backtest.js';
import { backtestSchema } from '../../../data/schemas/backtest.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { withBundleCopy } from './finished-run.js';
import { forge, fromAnotherProgram } from './forge.js';
import { verified } from './verified.js';

describe('a bundle with a forged backtest', () => {
  let copy: string;
  let mallory: string;

  withBundleCopy(60, (given) => {
    ({ copy } = given);
    mallory = path.join(given.home.root, 'mallory.pem');
  });

  const stated = async (): Promise<Backtest> =>
    backtestSchema.parse(JSON.parse((await readFile(path.join(copy, BUNDLE.backtest))).toString()));
  const put = (backtest: Backtest | undefined): Promise<void> =>
    forge(copy, mallory, {
      [BUNDLE.backtest]: backtest && Buffer.from(`${canonicalJson(backtest)}\n`),
    });

  it('is refused: a better return, a smaller cost, a session less, no file', async () => {
    const backtest = await stated();
    expect(backtest.sessions.length).to.be.greaterThan(20);
    const arms = backtest.arms.map((arm) => ({
      ...arm,
      net: { ...arm.net, returns: arm.net.returns.map((value) => value && value + 1e-12) },
    }));
    const cheaper = backtest.arms.map((arm) => ({
      ...arm,
      charges: arm.charges.map(({ charge, perYear }) => ({ charge, perYear: perYear / 2 })),
    }));
    for (const changed of [
      { ...backtest, arms },
      { ...backtest, arms: cheaper },
      { ...backtest, sessions: backtest.sessions.slice(1) },
      undefined,
    ]) {
      await put(changed);
      expect(await verified(copy, 'failed')).to.include({ file: BUNDLE.backtest });
      await put(backtest);
    }
    await verified(copy, 'ok');
  });

  it('is partly checked without the file, if another program made it', async () => {
    await forge(copy, mallory, { [BUNDLE.backtest]: undefined }, fromAnotherProgram);
    const report = await verifyBundle(copy);
    expect(report).to.include({ result: 'partly checked' });
    expect(report.unchecked).to.include(`${BUNDLE.backtest}: not in the bundle`);
  });
});
