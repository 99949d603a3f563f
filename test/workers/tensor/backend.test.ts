import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';
import { z } from 'zod';

import { backendInfoSchema } from '../../../workers/trainer/protocol.js';

const answerSchema = z.object({ backend: backendInfoSchema, used: z.string(), logits: z.array(z.number()) });
type Answer = z.output<typeof answerSchema>;

/**
 * How far two backends may be apart after a training: logits of order 1, from sums of thousands of 32-bit floats.
 */
const TOLERANCE = 1e-3;

function train(backend: 'best' | 'wasm', env: NodeJS.ProcessEnv = {}): Promise<Answer & { printed: string }> {
  const child = fork(fileURLToPath(new URL('./matrix-probe.js', import.meta.url)), [backend], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      printed += String(text);
    });
  return new Promise((resolve, reject) => {
    let answer: Answer | undefined;
    child.on('message', (message) => {
      answer = answerSchema.parse(message);
    });
    child.once('close', (code) => {
      if (answer === undefined) reject(new Error(`exit code ${String(code)}: ${printed}`));
      else resolve({ ...answer, printed });
    });
  });
}

describe('the tensor backend', function () {
  this.timeout(600_000);

  let native: Answer & { printed: string };
  before(async function () {
    native = await train('best');
    if (native.backend.name !== 'tensorflow') {
      console.log(
        `    skipped: the native library is not installed (${String(native.backend.fallbackReason)})`,
      );
      this.skip();
    }
  });

  it('has everything in its name that its bits depend on, and prints nothing', () => {
    const { version, device, instructionSet, id } = native.backend;
    expect(version).to.match(/^\d+\.\d+\.\d+/);
    expect(id).to.equal(`tensorflow-${version}-${device}-${instructionSet}-t1`);
    expect(native.printed).to.equal('');
  });

  it('gives the same bits every time and in every process', async () => {
    const again = await train('best');
    expect(again.logits).to.deep.equal(native.logits);
  });

  it('survives signals in the middle of matrix products', async () => {
    const child = fork(fileURLToPath(new URL('./signal-probe.js', import.meta.url)), [], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let storm: NodeJS.Timeout | undefined;
    child.on('message', (message) => {
      if (message === 'begin') storm = setInterval(() => child.kill('SIGUSR2'), 0);
      else clearInterval(storm);
    });
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      child.once('exit', (...how) => resolve(how));
    });
    clearInterval(storm);
    expect([code, signal]).to.deep.equal([0, null]);
  });

  it('agrees with WebAssembly within a tolerance', async () => {
    const wasm = await train('wasm');
    expect(wasm.used).to.equal('wasm');
    expect(wasm.backend).to.include({ name: 'wasm', device: 'cpu' });
    expect(wasm.printed).to.equal('');
    wasm.logits.forEach((logit, row) => expect(logit).to.be.closeTo(native.logits[row] ?? NaN, TOLERANCE));
  });
});
