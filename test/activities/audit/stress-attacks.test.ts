import { expect } from 'chai';

import { BUNDLE, bundleJson } from '../../../activities/audit/bundle-layout.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import type { StressRows } from '../../../data/predictions/stress-rows.js';
import { decodeStressRows, encodeStressRows } from '../../../data/predictions/stress-rows.js';
import { stressTestsSchema } from '../../../data/schemas/stress.js';
import type { BundleAndCopy } from './finished-run.js';
import { withBundleCopy } from './finished-run.js';
import { forge, fromAnotherProgram, withFigures } from './forge.js';
import { verified } from './verified.js';

describe('a bundle with forged shocks', () => {
  let copy: string;
  let mallory: string;
  let contentOf: BundleAndCopy['contentOf'];

  withBundleCopy(60, (given) => {
    ({ copy, mallory, contentOf } = given);
  });

  const rows = async (): Promise<StressRows> => decodeStressRows(await contentOf(BUNDLE.stress));
  const refusal = (): Promise<{ file: string; difference: string }> => verified(copy, 'failed');

  it('says what is compared, and what is only claimed', async () => {
    const report = await verified(copy, 'ok');
    expect(report.checked.join()).to.contain('predictions on shocked bars');
    expect(report.claimed.join()).to.contain('bars that were shocked as stress_tests.json states');
    const { cohort, shocks } = stressTestsSchema.parse(
      JSON.parse((await contentOf(BUNDLE.stressTests)).toString()),
    );
    expect(cohort).to.equal('2022-01-01_to_2022-06-30');
    expect(shocks.map(({ verdict }) => verdict)).to.deep.equal([
      ...Array<string>(7).fill('pass'),
      'reported',
    ]);
    expect((await contentOf(BUNDLE.summary)).toString()).to.contain(
      '| symbols_gone | a tenth of the symbols',
    );
  });

  it('is refused: an edited verdict, figure or limit', async () => {
    const stated = stressTestsSchema.parse(JSON.parse((await contentOf(BUNDLE.stressTests)).toString()));
    for (const change of [
      { verdict: 'fail' },
      { limit: 'none at all' },
      { missing: 1 },
      { changeOfOthers: 0.5 },
    ] as const) {
      const shocks = stated.shocks.map((shock, at) => (at === 4 ? { ...shock, ...change } : shock));
      await forge(copy, mallory, { [BUNDLE.stressTests]: bundleJson({ ...stated, shocks }) });
      expect(await refusal()).to.include({ file: BUNDLE.stressTests });
    }
  });

  it('is refused: edited predictions on shocked bars', async () => {
    const stress = await rows();
    const probability = stress.probability.map((value) => 0.5 * value);
    await forge(copy, mallory, { [BUNDLE.stress]: encodeStressRows({ ...stress, probability }) });
    expect(await refusal()).to.include({ file: BUNDLE.stressTests });
  });

  it('is refused, although all figures follow: no file, a shock less, foreign rows, other base rates', async () => {
    const stress = await rows();
    const without = (keep: (row: number) => boolean): StressRows => {
      const kept = [...stress.shock.keys()].filter(keep);
      const take = <Value>(values: readonly Value[]): Value[] =>
        kept.flatMap((row) => values.slice(row, row + 1));
      return {
        shock: take(stress.shock),
        symbol: take(stress.symbol),
        date: take(stress.date),
        probability: take(stress.probability),
        score: take(stress.score),
        label: take(stress.label),
        forwardReturn: take(stress.forwardReturn),
        baseRate: take(stress.baseRate),
        entryDate: take(stress.entryDate),
        entryPrice: take(stress.entryPrice),
        returns: stress.returns.map(take),
      };
    };
    const last = stress.symbol.length - 1;
    for (const [content, text] of [
      [undefined, 'no such file'],
      [encodeStressRows(without((row) => stress.shock[row] !== 'volatility3')), 'shock volatility3'],
      [
        encodeStressRows({
          ...stress,
          symbol: stress.symbol.map((name, row) => (row === last ? 'ZZZ' : name)),
        }),
        'ZZZ',
      ],
      [encodeStressRows({ ...stress, baseRate: stress.baseRate.map(() => 0.5) }), 'base_rate'],
    ] as const) {
      await forge(copy, mallory, await withFigures(copy, { [BUNDLE.stress]: content }));
      const report = await refusal();
      expect(report).to.include({ file: BUNDLE.stress });
      expect(report.difference).to.contain(text);
      await forge(copy, mallory, await withFigures(copy, { [BUNDLE.stress]: encodeStressRows(stress) }));
    }
  });

  it('is partly checked without the file, if another program made it', async () => {
    await forge(copy, mallory, await withFigures(copy, { [BUNDLE.stress]: undefined }), fromAnotherProgram);
    const report = await verifyBundle(copy);
    expect(report).to.include({ result: 'partly checked' });
    expect(report.unchecked).to.include(`${BUNDLE.stress}: not in the bundle`);
  });
});
