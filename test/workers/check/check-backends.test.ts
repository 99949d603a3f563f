import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';
import { z } from 'zod';

import type { Predictions } from '../../../data/predictions/prediction.js';
import { compareProbabilities, isWithinTolerance, PARITY_TOLERANCE } from '../../../workers/check/parity.js';
import { listDevices } from '../../../workers/tensor/devices.js';

const MAIN = fileURLToPath(new URL('../../../workers/check/main.js', import.meta.url));

const answerSchema = z.object({
  ok: z.boolean(),
  backends: z.array(
    z.object({
      name: z.string(),
      windowsPerMinute: z.number().positive(),
      parity: z.object({ rows: z.number(), largest: z.number() }),
    }),
  ),
});

function check(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
}

function predictions(probability: number[]): Predictions {
  const all = <Value>(value: Value): Value[] => probability.map(() => value);
  return {
    symbol: all('A'),
    date: probability.map((_, row) => `2023-01-${10 + row}`),
    window: all('A_2022_to_2023'),
    model: all('teacher'),
    split: all('forward'),
    probability,
    score: all(0),
    label: all(0),
    forwardReturn: all(0),
    baseRate: all(0.5),
  };
}

describe('npm run check:gpu', function () {
  this.timeout(600_000);

  it('finds a teacher that differs by more than the tolerance', () => {
    const one = predictions([0.2, 0.5, 0.7]);
    const near = predictions([0.2, 0.5 + PARITY_TOLERANCE / 2, 0.7]);
    const far = predictions([0.2, 0.5, 0.7 + 2 * PARITY_TOLERANCE]);
    expect(isWithinTolerance(compareProbabilities(one, near))).to.equal(true);
    expect(isWithinTolerance(compareProbabilities(one, far))).to.equal(false);
    expect(compareProbabilities(one, far).largest).to.be.closeTo(2 * PARITY_TOLERANCE, 1e-12);
    expect(isWithinTolerance(compareProbabilities(one, predictions([0.2, NaN, 0.7])))).to.equal(false);
    expect(isWithinTolerance(compareProbabilities(predictions([]), predictions([])))).to.equal(false);
    expect(() => compareProbabilities(one, predictions([0.2]))).to.throw(RangeError, 'different rows');
  });

  it('reports that there is no device and what to do, and exits with 2', async function () {
    if ((await listDevices()).length > 0) {
      console.log('    skipped: this machine has a device');
      this.skip();
    }
    const { status, stdout } = check();
    expect(status).to.equal(2);
    expect(stdout).to.include('There is no NVIDIA device here').and.to.include('check:gpu -- --cpu');
  });

  it('names a wrong flag and exits with 2', () => {
    expect(check('--gpu')).to.include({ status: 2, stderr: "error: Unknown option '--gpu'\n" });
    expect(check('--windows', '1').stderr).to.equal('error: --windows: must be at least 2\n');
  });

  it('compares WebAssembly with the native library over a whole training', function () {
    const { status, stdout, stderr } = check('--cpu', '--windows', '4', '--json');
    if (stdout.includes('There is no native library here')) {
      console.log(`    skipped: ${stdout.trim()}`);
      this.skip();
    }
    expect(status, stderr).to.equal(0);
    const answer = answerSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    expect(answer.backends.map(({ name }) => name)).to.deep.equal(['tensorflow', 'wasm']);
    const [native, wasm] = answer.backends.map(({ parity }) => parity);
    expect(native?.largest).to.equal(0);
    expect(wasm?.rows).to.be.greaterThan(400);
    expect(wasm?.largest).to.be.within(Number.MIN_VALUE, PARITY_TOLERANCE);
  });
});
