import { expect } from 'chai';
import { ESLint, Linter } from 'eslint';
import { z } from 'zod';

import { packageRoot } from '../../data/store/package-root.js';

/** Where results are computed. */
const FILES = [
  'data/planted.ts',
  'data/sources/synthetic/planted.ts',
  'activities/stats/planted.ts',
  'activities/model/network/planted.ts',
  'workflows/planted.ts',
  'workers/tensor/planted.ts',
  'workers/trainer/planted.ts',
];

/** What IEEE 754 and the language define to the last bit. */
const EXACT = new Set(
  'abs ceil clz32 f16round floor fround imul max min round sign sqrt sumPrecise trunc'.split(' '),
);

const configSchema = z.object({
  rules: z.object({
    'no-restricted-properties': z.custom<Linter.RuleEntry>(),
    'no-restricted-syntax': z.custom<Linter.RuleEntry>(),
  }),
});

const eslint = new ESLint({ cwd: packageRoot });

/** The rules that a line in a file breaks, of those that restrict properties and syntax. */
async function brokenBy(line: string, file: string): Promise<string[]> {
  const { rules } = configSchema.parse(await eslint.calculateConfigForFile(file));
  return new Linter().verify(line, [{ rules }]).map(({ ruleId, message }) => ruleId ?? message);
}

describe('mathematics whose last digit depends on the engine', () => {
  for (const file of FILES) {
    it(`is caught in ${file}`, async () => {
      const functions = Object.getOwnPropertyNames(Math).filter(
        (name) => typeof Reflect.get(Math, name) === 'function' && !EXACT.has(name) && name !== 'random',
      );
      expect(functions).to.include.members(['exp', 'log', 'pow', 'tanh', 'hypot']);
      for (const name of functions)
        expect(await brokenBy(`export const y = Math.${name}(0.5);`, file), name).to.deep.equal([
          'no-restricted-properties',
        ]);
      for (const line of ['const { exp } = Math;', '[1, 2].map(Math.log1p);', "Math['cos'](1);"])
        expect(await brokenBy(line, file), line).to.deep.equal(['no-restricted-properties']);
      for (const line of ['export const y = 3 ** 0.5;', 'let x = 3; x **= 2;'])
        expect(await brokenBy(line, file), line).to.deep.equal(['no-restricted-syntax']);
    });

    it(`leaves what is exact alone in ${file}`, async () => {
      for (const name of EXACT)
        expect(await brokenBy(`export const y = Math.${name}(0.5);`, file), name).to.deep.equal([]);
      expect(await brokenBy('export const y = Math.PI * 2 * 2;', file)).to.deep.equal([]);
    });
  }
});
