import { expect } from 'chai';

import type { TrainerExit } from '../../../workers/trainer/exit-reason.js';
import { exitError, kernelOomKillCount, isOutOfMemory } from '../../../workers/trainer/exit-reason.js';

describe('the end of a trainer process', () => {
  const cases: readonly (readonly [string, Partial<TrainerExit>, string])[] = [
    ['a plain failure', { code: 1 }, 'TrainerCrashed'],
    ['a segmentation fault', { code: null, signal: 'SIGSEGV' }, 'TrainerCrashed'],
    [
      'a kill, where the kernel killed no process',
      { code: null, signal: 'SIGKILL', kernelOomKills: 0 },
      'TrainerCrashed',
    ],
    [
      'a kill while the kernel killed for memory',
      { code: null, signal: 'SIGKILL', kernelOomKills: 1 },
      'OutOfMemory',
    ],
    ['a kill, where the kernel has no count', { code: null, signal: 'SIGKILL' }, 'OutOfMemory'],
    ['exit code 137 while the kernel killed for memory', { code: 137, kernelOomKills: 2 }, 'OutOfMemory'],
    ['exit code 137 without', { code: 137, kernelOomKills: 0 }, 'TrainerCrashed'],
    [
      "an abort of V8's heap",
      {
        code: null,
        signal: 'SIGABRT',
        kernelOomKills: 0,
        lastLines: ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
      },
      'OutOfMemory',
    ],
    [
      'an abort of the C++ runtime for memory',
      { code: null, signal: 'SIGABRT', kernelOomKills: 0, lastLines: ['what():  std::bad_alloc'] },
      'OutOfMemory',
    ],
    [
      'another abort',
      { code: null, signal: 'SIGABRT', kernelOomKills: 0, lastLines: ['assert'] },
      'TrainerCrashed',
    ],
  ];
  for (const [name, exit, type] of cases)
    it(`by ${name} is ${type}`, () => {
      const full = { code: null, signal: null, lastLines: [], kernelOomKills: undefined, ...exit };
      expect(exitError(full).type).to.equal(type);
    });

  it('is reported with its last lines', () => {
    const error = exitError({ code: 3, signal: null, lastLines: ['a', 'b', 'c', 'd'], kernelOomKills: 0 });
    expect(error.message).to.equal('the trainer process ended with exit code 3: b | c | d');
  });

  it('is blamed on memory by what TensorFlow and V8 print', () => {
    expect(isOutOfMemory('Invalid typed array length: 9e12')).to.equal(true);
    expect(isOutOfMemory('OOM when allocating tensor with shape[1,2]')).to.equal(true);
    expect(
      isOutOfMemory('Attempting to perform BLAS operation using StreamExecutor without BLAS support'),
    ).to.equal(true);
    expect(isOutOfMemory('failed to create cublas handle: CUBLAS_STATUS_NOT_INITIALIZED')).to.equal(true);
    expect(isOutOfMemory('shapes do not match')).to.equal(false);
  });

  it("can be compared with the kernel's count, where there is one", function () {
    if (process.platform !== 'linux') {
      console.log('    skipped: only Linux counts out-of-memory kills');
      this.skip();
    }
    expect(kernelOomKillCount()).to.be.a('number');
  });
});
