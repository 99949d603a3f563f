import { deserialize, serialize } from 'node:v8';

import { z } from 'zod';

import { GurukulError, errorMessage } from '../../../data/errors.js';
import { integersOf } from '../../../data/math/fill-columns.js';

/*
 * Parts of figures on their way from one activity to the next. Nearly all of them are columns of numbers, which Node.js
 * writes and reads as they lie in memory.
 */

export const float64 = z.instanceof(Float64Array);
export const int32 = z.instanceof(Int32Array);
export const uint8 = z.instanceof(Uint8Array);

/** Plain objects of typed arrays, texts and numbers as bytes. */
export function encodeColumns(value: unknown): Uint8Array {
  return serialize(value);
}

/** @throws GurukulError BadSchema when they are something else. */
export function decodeColumns<Schema extends z.ZodType>(
  what: string,
  bytes: Uint8Array,
  schema: Schema,
): z.output<Schema> {
  try {
    return schema.parse(deserialize(bytes));
  } catch (error) {
    throw new GurukulError('BadSchema', `not a file of ${what}: ${errorMessage(error)}`, { cause: error });
  }
}

/** Texts that repeat, as numbers. */
export interface CodedTexts {
  readonly texts: readonly (string | null)[];
  /** Index into `texts`. */
  readonly codes: Int32Array;
}

export const codedTexts = z.strictObject({ texts: z.array(z.string().nullable()), codes: int32 });

export function codeTexts(values: readonly (string | null)[]): CodedTexts {
  const known = new Map<string | null, number>();
  const codes = integersOf(values, (text) => {
    const code = known.get(text) ?? known.size;
    known.set(text, code);
    return code;
  });
  return { texts: [...known.keys()], codes };
}

/** The texts again. */
export function textsOf({ texts, codes }: CodedTexts): (string | null)[] {
  return Array.from(codes, (code) => texts[code] ?? null);
}
