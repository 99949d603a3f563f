import { hostname } from 'node:os';

import { systemErrorCode } from '../errors.js';

/** `HOST-PID-N`: says who writes, so that what killed processes have left can be found. */
const WRITER = /^(.+)-(\d+)-\d+$/;
const HOST = encodeURIComponent(hostname()).replaceAll('.', '_');
let count = 0;

/**
 * A new name for what this process writes. A thread of it, or a killed process that had the same process id, may have used
 * it: whoever takes it opens it exclusively, and asks for the next one where that fails.
 */
export function writerName(): string {
  count += 1;
  return `${HOST}-${process.pid}-${count}`;
}

/** Whether a name is that of a process of this machine that no longer exists. */
export function isOfDeadWriter(name: string): boolean {
  const [, host, pid] = WRITER.exec(name) ?? [];
  return host === HOST && !isAlive(Number(pid));
}

/** Whether a process of this machine exists. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}
