import { faultPoint } from '../fault-points.js';
import type { FaultOf } from '../schemas/faults.js';

/** Throws the error of a failed system call if a fault is armed for reading this file. */
export function readFault(file: string): void {
  const fault = faultPoint('store.read', file);
  if (fault !== undefined) throw systemError(fault.do, 'read', file);
}

/** The same for appending a line. */
export function appendFault(file: string): void {
  const fault = faultPoint('store.append', file);
  if (fault?.do === 'kill') killProcess();
  else if (fault !== undefined) throw systemError(fault.do, 'write', file);
}

/** The same for writing a file; or returns the content as a faulty disk would damage it. */
export function writeFault(file: string, content: Uint8Array): Uint8Array {
  const fault = faultPoint('store.write', file);
  if (fault === undefined) return content;
  switch (fault.do) {
    case 'truncate':
      return content.subarray(0, content.byteLength >> 1);
    case 'flip': {
      const damaged = Uint8Array.from(content);
      const middle = damaged.byteLength >> 1;
      damaged.set([(damaged[middle] ?? 0) ^ 1], middle);
      return damaged;
    }
    case 'kill':
      killProcess();
      return content;
    default:
      throw systemError(fault.do, 'write', file);
  }
}

type SystemCode = Exclude<FaultOf<'store.write'>['do'], 'truncate' | 'flip' | 'kill'>;

/** Ends the process without a chance to clean up. */
function killProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** An error as Node.js reports it. */
function systemError(code: SystemCode, call: string, file: string): Error {
  const words = {
    ENOSPC: 'no space left on device',
    EIO: 'i/o error',
    EACCES: 'permission denied',
  }[code];
  return Object.assign(new Error(`${code}: ${words}, ${call} '${file}'`), { code });
}
