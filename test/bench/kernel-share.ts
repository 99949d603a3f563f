import path from 'node:path';

import { z } from 'zod';

import { readJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import type { SettledRun } from './settled-run.js';
import type { TaughtRun } from './taught-run.js';
import { teachRun } from './taught-run.js';

const spentSchema = z.object({ kernels: z.number(), products: z.number(), calls: z.number() });

/** Where the time of a trainer process goes. */
export interface KernelShare {
  readonly taught: TaughtRun;
  /** Seconds inside TensorFlow's kernels, matrix products included; null if they were not measured. */
  readonly kernels: number | null;
  /** Seconds inside matrix products alone: a lower bound for any program that does the same training. */
  readonly products: number | null;
  readonly calls: number | null;
}

/** Trains a run on the real arm in one trainer process with timed TensorFlow kernels. */
export async function kernelShare(home: Home, run: SettledRun): Promise<KernelShare> {
  const file = path.join(home.root, `kernels-${run.config.runId}.json`);
  const clock = new URL('./kernel-clock.js', import.meta.url);
  const before = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = `${before ?? ''} --import=${clock.href}`.trim();
  process.env['GURUKUL_BENCH_KERNELS'] = file;
  try {
    const taught = await teachRun(home, run, ['real'], { trainers: 1 });
    const spent = await readJson(file, spentSchema);
    return {
      taught,
      kernels: spent?.kernels ?? null,
      products: spent?.products ?? null,
      calls: spent?.calls ?? null,
    };
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
    delete process.env['GURUKUL_BENCH_KERNELS'];
  }
}
