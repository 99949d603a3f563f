import { readFileSync } from 'node:fs';

import { TrainerLostError } from '../../data/errors.js';

/** How a trainer process ended that was not asked to. */
export interface TrainerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its last lines on standard error. */
  readonly lastLines: readonly string[];
  /** Processes that the kernel killed for memory while this one ran; undefined where it does not report them. */
  readonly kernelOomKills: number | undefined;
}

/**
 * What V8, the C++ runtime, TensorFlow and CUDA print when memory runs out. cuBLAS is loaded already when a
 * device is found: if it then does not start, memory is what it lacks.
 */
const OUT_OF_MEMORY_MESSAGES =
  /heap out of memory|allocation failed|bad_alloc|OOM when allocating|RESOURCE_?EXHAUSTED|out of memory|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_(ALLOC_FAILED|NOT_INITIALIZED)|without BLAS support/i;

/** Signals that people and supervisors send; a process does not raise them by itself. */
const STOP_SIGNALS: ReadonlySet<NodeJS.Signals> = new Set([
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGKILL',
]);

/** Exit code of a process that died of SIGKILL, as a shell or a container's init reports it. */
const KILLED_CODE = 137;

/**
 * Why a trainer process is gone.
 *
 * Memory is blamed only on evidence: an allocator's message, or a SIGKILL (which leaves no message) while the
 * kernel's count of out-of-memory kills rose, or where that count cannot be read, since the kernel is then the
 * likeliest sender. Everything else is a crash. It ended by itself unless someone stopped it.
 */
export function exitError({ code, signal, lastLines, kernelOomKills }: TrainerExit): TrainerLostError {
  const how = signal === null ? `with exit code ${String(code)}` : `by ${signal}`;
  const memory = lastLines.find((line) => OUT_OF_MEMORY_MESSAGES.test(line));
  const printed = memory ?? lastLines.slice(-3).join(' | ');
  const tail = printed === '' ? '' : `: ${printed}`;
  if (memory !== undefined)
    return new TrainerLostError(
      'OutOfMemory',
      `the trainer process ended ${how}, out of memory${tail}`,
      true,
    );
  const killed = signal === 'SIGKILL' || code === KILLED_CODE;
  if (killed && (kernelOomKills === undefined || kernelOomKills > 0))
    return new TrainerLostError(
      'OutOfMemory',
      `the trainer process was killed, most likely for memory${tail}`,
      kernelOomKills !== undefined,
    );
  const wasStopped = killed || code === 0 || (signal !== null && STOP_SIGNALS.has(signal));
  return new TrainerLostError('TrainerCrashed', `the trainer process ended ${how}${tail}`, !wasStopped);
}

/** Whether an error thrown inside a job means that memory ran out. */
export function isOutOfMemory(message: string): boolean {
  return OUT_OF_MEMORY_MESSAGES.test(message) || message.includes('Invalid typed array length');
}

/** Processes that this machine's kernel has killed for memory so far; undefined where it does not report them. */
export function kernelOomKillCount(): number | undefined {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}
