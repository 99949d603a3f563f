import type { FeatureTable, SymbolTable } from '../../market/feature-table.js';
import type { StudentColumns, StudentInput } from '../../inference/student-network.js';
import { STUDENT_INPUTS } from '../../inference/student-network.js';

/** Names of the columns that a feature table has for each input. */
export function studentColumns({
  names,
  relativeColumns,
  rankNames,
  stateNames,
}: Pick<FeatureTable, 'names' | 'relativeColumns' | 'rankNames' | 'stateNames'>): StudentColumns {
  return {
    features: names,
    relative: relativeColumns.map((column) => names[column] ?? ''),
    ranks: rankNames,
    state: stateNames,
  };
}

/** A row of a feature table. */
export interface TableRow {
  readonly own: SymbolTable;
  readonly row: number;
}

/** Rows of a feature table as a student's network takes them: row-major [rows × width] for each input with columns. */
export function networkInputs(
  columns: StudentColumns,
  rows: readonly TableRow[],
): Partial<Record<StudentInput, Float32Array>> {
  const inputs: Partial<Record<StudentInput, Float32Array>> = {};
  for (const name of STUDENT_INPUTS) {
    const width = columns[name].length;
    if (width === 0) continue;
    const matrix = new Float32Array(rows.length * width);
    for (const [place, { own, row }] of rows.entries())
      matrix.set(own[name].subarray(row * width, (row + 1) * width), place * width);
    inputs[name] = matrix;
  }
  return inputs;
}
