import type { FaultOf } from '../faults.js';
import { faultPoint } from '../faults.js';

/** Fails as the system call would, where a fault is armed for this file. */
export function readFault(file: string): void {
  const fault = faultPoint('store.read', file);
  if (fault !== undefined) throw systemError(fault.do, 'read', file);
}

/** As {@link readFault}, for a line that is added. */
export function appendFault(file: string): void {
  const fault = faultPoint('store.append', file);
  if (fault !== undefined) throw systemError(fault.do, 'write', file);
}

/** As {@link readFault}, for a file that is written; or gives what a bad disk would keep of the content. */
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
    default:
      throw systemError(fault.do, 'write', file);
  }
}

type SystemCode = Exclude<FaultOf<'store.write'>['do'], 'truncate' | 'flip'>;

/** An error with the words of Node.js. */
function systemError(code: SystemCode, call: string, file: string): Error {
  const words = {
    ENOSPC: 'no space left on device',
    EIO: 'i/o error',
    EACCES: 'permission denied',
  }[code];
  return Object.assign(new Error(`${code}: ${words}, ${call} '${file}'`), { code });
}
