import { appendFileSync, closeSync, fdatasyncSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import path from 'node:path';

import type { z } from 'zod';

import { storeUnavailable } from '../errors.js';
import { readIfExists } from './files.js';
import { appendFault } from './injected-faults.js';

/**
 * Parses the lines of a JSON-lines text that match the schema, in order. Other lines are skipped: a crash may
 * leave a partial line, and the work that it stood for is then done again.
 */
export function parseJsonLines<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema>[] {
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = schema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

/** The lines of a file of this machine that {@link parseJsonLines} finds; none if it does not exist. */
export async function readJsonLines<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema>[]> {
  return parseJsonLines((await readIfExists(file))?.toString('utf8') ?? '', schema);
}

/**
 * Appends one line to a JSON-lines file and syncs it to disk before it returns. It is one write call with
 * O_APPEND, so lines of several processes do not mix. If a crash has left a partial line, a newline ends it first.
 *
 * @throws GurukulError StoreUnavailable when the disk refuses.
 */
export function appendJsonLine(file: string, value: unknown): void {
  appendJsonLines(file, [value]);
}

/** Appends several lines like {@link appendJsonLine}, with one write. */
export function appendJsonLines(file: string, values: readonly unknown[]): void {
  if (values.length === 0) return;
  try {
    appendFault(file);
    mkdirSync(path.dirname(file), { recursive: true });
    appendText(file, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  } catch (error) {
    throw storeUnavailable(`write ${file}`, error);
  }
}

function appendText(file: string, lines: string): void {
  const descriptor = openSync(file, 'a+');
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    const torn = size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
    appendFileSync(descriptor, `${torn ? '\n' : ''}${lines}`);
    fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
