import { statSync } from 'node:fs';

import { InvalidInputError, systemErrorCode } from '../errors.js';
import { sizeIfExists } from './files.js';
import type { Home } from './home.js';

/** One of the files that a run's telemetry is written to, one after the other. */
export interface TelemetryFile {
  /** From 0, in the order of writing. */
  readonly number: number;
  readonly path: string;
  readonly bytes: number;
}

const MIB = 1024 * 1024;
const FILE_MIB = 64;

/**
 * The files of a run in order. The first one may be missing: it may be deleted when the disk is full.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function telemetryFiles(home: Home, run: string): Promise<TelemetryFile[]> {
  const files: TelemetryFile[] = [];
  for (let number = 0; ; number += 1) {
    const path = home.telemetry(run, number);
    const bytes = await sizeIfExists(path);
    if (bytes !== undefined) files.push({ number, path, bytes });
    else if (number > 0) return files;
  }
}

/**
 * The file that is written to: the newest one, or the next where that is full. No file is ever renamed or emptied, so
 * that a crash between two files loses nothing, and processes that write at the same time need no lock: a line that
 * comes late for one file is still in it.
 *
 * @param limit Bytes after which another file begins.
 */
export function fileToWrite(home: Home, run: string, limit: number): string {
  let number = 0;
  let bytes = sizeOf(home.telemetry(run, 0)) ?? 0;
  for (;;) {
    const next = sizeOf(home.telemetry(run, number + 1));
    if (next === undefined) break;
    bytes = next;
    number += 1;
  }
  return home.telemetry(run, bytes >= limit ? number + 1 : number);
}

/**
 * Bytes of a file of telemetry, about: `GURUKUL_TELEMETRY_MIB`.
 *
 * @throws InvalidInputError
 */
export function telemetryFileLimit(env: NodeJS.ProcessEnv = process.env): number {
  const configured = env['GURUKUL_TELEMETRY_MIB'];
  if (configured === undefined || configured === '') return FILE_MIB * MIB;
  const mib = Number(configured);
  if (!(mib > 0))
    throw new InvalidInputError([
      `GURUKUL_TELEMETRY_MIB: must be a number above 0 (MiB a file), not ${configured}`,
    ]);
  return Math.max(1, Math.floor(mib * MIB));
}

function sizeOf(file: string): number | undefined {
  try {
    return statSync(file).size;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
