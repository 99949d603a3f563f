import { readFileSync } from 'node:fs';

import { TrainerLostError } from '../../data/errors.js';

/** How a trainer process ended without being told to. */
export interface TrainerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its last lines on standard error. */
  readonly lastWords: readonly string[];
  /** Processes that the kernel killed for memory while this one ran; undefined where it does not tell. */
  readonly kernelOomKills: number | undefined;
}

/**
 * What V8, the C++ runtime, TensorFlow and CUDA say when memory is used up. cuBLAS is loaded already when a
 * device is found: what it then lacks to start is memory.
 */
const OUT_OF_MEMORY_WORDS =
  /heap out of memory|allocation failed|bad_alloc|OOM when allocating|RESOURCE_?EXHAUSTED|out of memory|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_(ALLOC_FAILED|NOT_INITIALIZED)|without BLAS support/i;

/** Signals that people and supervisors send; a process does not come to them by itself. */
const SENT: ReadonlySet<NodeJS.Signals> = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGKILL']);

/** Exit code of a process that died of SIGKILL, told through a shell or a container's init. */
const KILLED_CODE = 137;

/**
 * Why a trainer process is gone.
 *
 * Memory is blamed only on evidence: words of an allocator, or a SIGKILL (which leaves no words) while
 * the kernel's count of out-of-memory kills rose, or where no such count can be read, since it is then
 * the likeliest sender. Everything else is a crash. It ended by itself unless somebody sent it away.
 */
export function exitError({ code, signal, lastWords, kernelOomKills }: TrainerExit): TrainerLostError {
  const how = signal === null ? `with exit code ${String(code)}` : `by ${signal}`;
  const memory = lastWords.find((line) => OUT_OF_MEMORY_WORDS.test(line));
  const words = memory ?? lastWords.slice(-3).join(' | ');
  const tail = words === '' ? '' : `: ${words}`;
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
  const sentAway = killed || code === 0 || (signal !== null && SENT.has(signal));
  return new TrainerLostError('TrainerCrashed', `the trainer process ended ${how}${tail}`, !sentAway);
}

/** True when an error thrown inside a job says that memory is used up. */
export function speaksOfMemory(message: string): boolean {
  return OUT_OF_MEMORY_WORDS.test(message) || message.includes('Invalid typed array length');
}

/** Processes that this machine's kernel has killed for memory so far; undefined where it does not tell. */
export function kernelOomKillCount(): number | undefined {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}
