import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 16_384;
/** How Node.js begins to tell of an uncaught error. */
const CRASH = /^\w*Error\b.*: .+/;

/**
 * The last thing that a process's log has to say: its last JSON line of level error or its last crash
 * (`TypeError: …`), or else its last line. Undefined when there is no log.
 */
export function lastWords(logFile: string): string | undefined {
  const lines = tail(logFile)
    .split('\n')
    .filter((line) => line.trim() !== '');
  for (const line of [...lines].reverse()) {
    const message = errorMessageOf(line) ?? CRASH.exec(line)?.[0].slice(0, 500);
    if (message !== undefined) return message;
  }
  return lines.at(-1)?.trim().slice(0, 500);
}

function errorMessageOf(line: string): string | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('level' in entry)) return undefined;
    const { level } = entry;
    const isError = typeof level === 'number' ? level >= 50 : level === 'error' || level === 'fatal';
    return isError && 'msg' in entry && typeof entry.msg === 'string' ? entry.msg : undefined;
  } catch {
    return undefined;
  }
}

function tail(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8', 0, read);
  } finally {
    closeSync(descriptor);
  }
}
