import { BUNDLE, UNCOVERED, bundleJson, cohortOfStudentFile } from '../../activities/audit/bundle-layout.js';
import { decodePredictions, encodePredictions, takeRows } from '../../data/predictions/parquet.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { Random } from '../../data/random.js';
import type { RunRecord, Statement } from '../../data/schemas/bundle.js';
import { sha256 } from '../../data/store/digests.js';
import { addDays } from '../../data/time/dates.js';
import type { Changes } from '../activities/audit/forge.js';
import { editLeaf } from './json-edits.js';
import { oneOf, placeIn } from './kind.js';

/** Files of a bundle by path. */
export type Files = ReadonlyMap<string, Uint8Array>;
export type EditStatement = (statement: Statement) => void;

/** What a forger changes before manifest, statement and signature are made again. */
export interface Forgery {
  /** Files of the manifest. */
  readonly changes: Changes;
  /** Files outside of it. */
  readonly uncovered?: Readonly<Record<string, Uint8Array>>;
  readonly statement?: EditStatement;
}

export type Forger = (files: Files, random: Random) => Forgery | Promise<Forgery>;

export function textOf(files: Files, file: string): string {
  return Buffer.from(files.get(file) ?? []).toString('utf8');
}

export function jsonOf(files: Files, file: string): unknown {
  return JSON.parse(textOf(files, file));
}

export function linesOf(files: Files, file: string): string[] {
  return textOf(files, file)
    .split('\n')
    .filter((line) => line !== '');
}

export function asLines(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** Files that the manifest lists. */
export function coveredFiles(files: Files): string[] {
  return [...files.keys()].filter((file) => !UNCOVERED.includes(file));
}

export function studentFiles(files: Files): string[] {
  return [...files.keys()].filter((file) => cohortOfStudentFile(file) !== undefined);
}

/** One leaf of a JSON file changed. */
export function editJson(files: Files, file: string, random: Random): Forgery {
  return { changes: { [file]: bundleJson(editLeaf(jsonOf(files, file), random)) } };
}

/** One line of a text changed, doubled or removed. */
export function editText(files: Files, file: string, random: Random): Forgery {
  const lines = textOf(files, file).split('\n');
  const at = placeIn(random, lines.length - 1);
  const line = lines[at] ?? '';
  const other = oneOf(random, [[], [line, line], [`${line} promote`], [line.replaceAll(/\d/g, '9'), '']]);
  return { changes: { [file]: Buffer.from(lines.toSpliced(at, 1, ...other).join('\n')) } };
}

/** Some rows of one of the three prediction files changed. */
export async function editPredictions(
  files: Files,
  random: Random,
  change: (predictions: Predictions, random: Random) => Predictions,
): Promise<Forgery> {
  const file = oneOf(random, [BUNDLE.predictions, BUNDLE.placebo, BUNDLE.student]);
  const predictions = await decodePredictions(files.get(file) ?? new Uint8Array(0));
  return { changes: { [file]: encodePredictions(change(predictions, random)) } };
}

/** Probabilities nearer to the labels. */
export function improve(predictions: Predictions, random: Random): Predictions {
  const from = placeIn(random, predictions.label.length);
  const until = from + 1 + placeIn(random, predictions.label.length - from);
  const probability = predictions.probability.map((value, row) => {
    if (row < from || row >= until) return value;
    return predictions.label[row] === 1 ? (value + 1) / 2 : value / 2;
  });
  return { ...predictions, probability };
}

export function dropRows(predictions: Predictions, random: Random): Predictions {
  const from = placeIn(random, predictions.label.length);
  const until = from + random.integer(1, 20);
  const rows = [...predictions.label.keys()].filter((row) => row < from || row >= until);
  return takeRows(predictions, rows);
}

/** One row at another date. */
export function moveRow(predictions: Predictions, random: Random): Predictions {
  const row = placeIn(random, predictions.date.length);
  const days = oneOf(random, [-400, -100, -30, 100, 1000]);
  const date = predictions.date.map((day, i) => (i === row ? addDays(day, days) : day));
  return { ...predictions, date };
}

/** Another run record, of which the statement has the digest. */
export function withRecord(record: RunRecord): Forgery {
  const content = bundleJson(record);
  return {
    changes: {},
    uncovered: { [BUNDLE.run]: content },
    statement: ({ predicate }) => {
      for (const { name, digest } of predicate.runDetails.byproducts)
        if (name === BUNDLE.run) digest.sha256 = sha256(content);
    },
  };
}
