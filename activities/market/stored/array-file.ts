import { closeSync, openSync, readSync, writeSync } from 'node:fs';

import { GurukulError } from '../../../data/errors.js';

export type NumberArray = Float64Array | Float32Array | Int32Array | Uint8Array;

/** Closes files that nobody can read any more: a table is dropped, not closed. */
const forgotten = new FinalizationRegistry<number>((file) => closeSync(file));

/**
 * Arrays of numbers at places of a file. They are read and written in the calling thread: it is one that computes, and
 * what it reads was written a moment ago, so that it is still in the system's memory.
 */
export class ArrayFile {
  readonly #file: number;

  /** @param flags `wx+` makes the file, `r` reads one that exists. */
  constructor(
    readonly path: string,
    flags: 'wx+' | 'r',
  ) {
    this.#file = openSync(path, flags);
    forgotten.register(this, this.#file, this);
  }

  /** @param position In bytes. */
  write(position: number, values: NumberArray): void {
    const bytes = bytesOf(values);
    for (let at = 0; at < bytes.length;)
      at += writeSync(this.#file, bytes, at, bytes.length - at, position + at);
  }

  /** Fills values from a position. @throws GurukulError ChecksumMismatch where the file is too short. */
  read<Values extends NumberArray>(position: number, values: Values): Values {
    const bytes = bytesOf(values);
    for (let at = 0; at < bytes.length;) {
      const read = readSync(this.#file, bytes, at, bytes.length - at, position + at);
      if (read === 0) throw new GurukulError('ChecksumMismatch', `${this.path} is too short`);
      at += read;
    }
    return values;
  }

  close(): void {
    forgotten.unregister(this);
    closeSync(this.#file);
  }
}

/** The bytes of an array, which share its memory. */
export function bytesOf({ buffer, byteOffset, byteLength }: NumberArray): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
