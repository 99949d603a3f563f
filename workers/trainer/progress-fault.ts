import type { TrainerJob, TrainerProgress } from '../../activities/model/jobs.js';
import { faultPoint } from '../../data/fault-points.js';

/** What V8 prints last when its heap is full. */
const HEAP_MESSAGE = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n';

/** Passes the trainer's fault point: dies, runs out of memory or hangs here where that is armed. */
export function passProgressFault(job: TrainerJob, progress: TrainerProgress): void {
  const fault = faultPoint('trainer.progress', subjectOf(job, progress));
  switch (fault?.do) {
    case undefined:
      return;
    case 'crash':
      // As a bad memory access in native code would end it: at once, and without a message.
      process.kill(process.pid, 'SIGSEGV');
      hang();
      return;
    case 'exit-out-of-memory':
      process.stderr.write(HEAP_MESSAGE, () => process.abort());
      return;
    case 'out-of-memory':
      throw new Error('OOM when allocating tensor with shape[4096,65536] and type float');
    case 'hang':
      hang();
  }
}

function subjectOf(job: TrainerJob, { phase, step, symbols = [] }: TrainerProgress): string {
  const arm = job.kind === 'reproduction' || job.kind === 'stress' ? 'real' : job.arm;
  return `${job.kind} ${arm} ${job.cohort.id} ${phase} ${step} ${symbols.map((symbol) => `[${symbol}]`).join('')}`;
}

/** A loop that never lets a message in. */
function hang(): void {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
}
