import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { coverageSchema } from '../../../data/schemas/coverage.js';
import { planSchema } from '../../../data/schemas/plan.js';
import { Home } from '../../../data/store/home.js';
import { casesDir, needsCases } from '../../support/cases.js';
import { needsNse, nseDir } from '../../support/nse.js';
import { gurukulHere } from '../support/gurukul-here.js';

const printedPlanSchema = planSchema.extend({ cohorts: z.number().int() });

describe('who takes part, on the command line', function () {
  this.timeout(300_000);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'gurukul-who-'))));
  after(() => rmSync(folder, { recursive: true }));

  const printed = async (
    args: readonly string[],
  ): Promise<{ json: unknown; status: number | null; stderr: string }> => {
    const home = new Home(path.join(folder, 'home'));
    const { status, stdout, stderr } = await gurukulHere([...args, '--json'], {
      ...{ home, address: '127.0.0.1:1', cwd: folder },
    });
    return { json: stdout === '' ? undefined : JSON.parse(stdout), status, stderr };
  };

  describe('with the cases of renames', () => {
    let renames: string;
    before(function () {
      const cases = casesDir();
      needsCases(this, cases);
      renames = path.join(cases, '17-renames');
    });

    it('joins files under any name with symbols of any time', async () => {
      for (const symbols of [
        'ADANIENSOL,ETERNAL,LTM,MOTHERSON,SHRIRAMFIN,TMPV,UNITDSPR,ZYDUSLIFE',
        'ADANITRANS,ZOMATO,LTI,MOTHERSUMI,SRTRANSFIN,TATAMOTORS,MCDOWELL-N,CADILAHC',
      ]) {
        const args = ['ingest', '--verify', '--source', 'csv', '--bars', path.join(renames, 'bars')];
        const dates = ['--from', '2023-01-01', '--to', '2023-12-31'];
        const { json, status, stderr } = await printed([...args, ...dates, '--symbols', symbols]);
        expect(status, stderr).to.equal(0);
        const coverage = coverageSchema.loose().parse(json);
        expect(
          coverage.symbols.map(({ symbol, bars, first, last }) => [symbol, bars, first, last]),
        ).to.deep.equal(
          ['ADANIENSOL', 'ETERNAL', 'LTM', 'MOTHERSON', 'SHRIRAMFIN', 'TMPV', 'UNITDSPR', 'ZYDUSLIFE'].map(
            (symbol) => [symbol, 246, '2023-01-02', '2023-12-29'],
          ),
        );
        const former = coverage.symbols.filter(({ reasons }) =>
          reasons.some(({ code }) => code === 'former_symbol'),
        );
        expect(former.map(({ symbol }) => symbol)).to.have.members([
          'ADANIENSOL',
          'ETERNAL',
          'MOTHERSON',
          'SHRIRAMFIN',
          'UNITDSPR',
          'ZYDUSLIFE',
        ]);
        if (symbols.startsWith('ADANITRANS')) expect(stderr).to.contain('ADANITRANS is ADANIENSOL');
      }
    });

    it('finds the one file of a symbol that is under a former name', async () => {
      const bars = path.join(renames, 'zydus-and-other');
      const { json, status } = await printed([
        ...['ingest', '--verify', '--source', 'csv', '--bars', bars, '--symbols', 'ZYDUSLIFE'],
      ]);
      expect(status).to.equal(0);
      expect(coverageSchema.loose().parse(json).symbols[0]).to.include({ symbol: 'ZYDUSLIFE', bars: 246 });
    });
  });

  it('is everyone who was a member in the years of a plan, and given symbols as they are', async function () {
    const nse = nseDir();
    needsNse(this, nse);
    const real = ['--source', 'csv', '--bars', path.join(nse, 'daily'), '--to', '2024-12-31'];
    const plan = async (...more: string[]): Promise<z.output<typeof printedPlanSchema>> =>
      printedPlanSchema.parse((await printed(['plan', ...real, ...more])).json);
    const pointInTime = await plan();
    expect(pointInTime.windows).to.equal(7 * 132);
    expect(pointInTime.skipped).to.include({ not_member: 222 });
    const trained = (symbol: string): string[] =>
      pointInTime.items
        .filter((item) => item.symbol === symbol && item.status === 'trainable')
        .map(({ start }) => start);
    // In the index since 2022-08-08, and since 2024-03-28.
    expect(trained('LICI')[0]).to.equal('2022-12-27');
    expect(trained('ADANIPOWER')).to.deep.equal(['2024-06-19']);
    const today = await plan('--membership', 'today');
    expect(today.windows).to.equal(700);
    expect(today.skipped).not.to.have.property('not_member');
    const named = await plan('--symbols', 'LICI,ADANIPOWER,TCS');
    expect([named.windows, named.skipped.not_member]).to.deep.equal([21, undefined]);
  });
});
