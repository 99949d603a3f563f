import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 16_384;
const LONGEST_MESSAGE = 500;
/** What a program of ours prints before it exits (`error: …`), and how Node.js reports an uncaught error. */
const LAST_ERROR = /^(?:error: (?<message>.+)|\w*Error\b.*: .+)/;

/**
 * The last error in a process's log: a JSON line of level error, or a line such as `error: …` or
 * `TypeError: …`; without any, its last line. Undefined when it wrote nothing.
 *
 * @param from Where in the log to begin, in bytes: what an earlier process wrote is not this one's.
 */
export function lastError(logFile: string, from = 0): string | undefined {
  const lines = tail(logFile, from)
    .split('\n')
    .filter((line) => line.trim() !== '');
  for (const line of [...lines].reverse()) {
    const found = LAST_ERROR.exec(line);
    const message = errorMessageOf(line) ?? found?.groups?.['message'] ?? found?.[0];
    if (message !== undefined) return message.slice(0, LONGEST_MESSAGE);
  }
  return lines.at(-1)?.trim().slice(0, LONGEST_MESSAGE);
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

function tail(file: string, from: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(Math.max(0, size - from), TAIL_BYTES));
    const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8', 0, read);
  } finally {
    closeSync(descriptor);
  }
}
