import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { csvTable } from '../text/csv-table.js';
import { InvalidInputError } from '../errors.js';
import { isoDateSchema } from '../schemas/iso-date.js';

const rowSchema = z.strictObject({
  symbol: z.string().min(1),
  from: isoDateSchema.nullable(),
  to: isoDateSchema.nullable(),
  basis: z.string().min(1),
});

/** Since when and until when (exclusive) the project's list has all actions of a company; null: nobody has checked. */
export type ActionCoverage = z.output<typeof rowSchema>;

/**
 * Loads `data/reference/corporate-actions-coverage.csv`: for each company of the built-in universe the days for which
 * the project's list is complete, and on what ground.
 *
 * @returns By newest symbol.
 * @throws InvalidInputError naming every wrong line.
 */
export async function loadActionCoverage(packageRoot: string): Promise<ReadonlyMap<string, ActionCoverage>> {
  const file = path.join(packageRoot, 'data', 'reference', 'corporate-actions-coverage.csv');
  const problems: string[] = [];
  const bySymbol = new Map<string, ActionCoverage>();
  for (const row of csvTable(await readFile(file, 'utf8')).rows) {
    const parsed = rowSchema.safeParse({
      symbol: row.cell('symbol'),
      from: row.cell('from') ?? null,
      to: row.cell('to') ?? null,
      basis: row.cell('basis'),
    });
    if (parsed.success) bySymbol.set(parsed.data.symbol, parsed.data);
    else
      problems.push(
        ...parsed.error.issues.map((i) => `${file}:${row.line}: ${i.path.join('.')}: ${i.message}`),
      );
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
  return bySymbol;
}

/** The days in `[from, to)` for which the list was not checked, in words; undefined if it was for all of them. */
export function uncheckedDays(
  coverage: ActionCoverage | undefined,
  from: string,
  to: string,
): string | undefined {
  if (
    coverage === undefined ||
    coverage.from === null ||
    coverage.to === null ||
    coverage.from >= to ||
    coverage.to <= from
  )
    return `from ${from} to ${to}`;
  const parts = [
    ...(from < coverage.from ? [`before ${coverage.from}`] : []),
    ...(to > coverage.to ? [`from ${coverage.to} on`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}
