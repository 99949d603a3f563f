import { dates, nullableNumbers, numbers, readTable, texts } from '../../../data/parquet/read-table.js';
import type { ChoiceReturns } from '../../../data/predictions/choice-returns.js';

/** Reads choice_returns.parquet. */
export async function decodeChoiceReturns(bytes: Uint8Array): Promise<ChoiceReturns> {
  const table = await readTable(bytes, 'choice returns', { isNullable: (name) => name === 'figure' });
  return {
    choice: texts(table, 'choice'),
    config: numbers(table, 'config'),
    date: dates(table, 'date'),
    figure: nullableNumbers(table, 'figure'),
  };
}
