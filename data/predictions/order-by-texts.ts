/** A column as numbers: of each row the rank of its value among the distinct ones, of which there are `count`. */
export interface RankedColumn {
  readonly ranks: Int32Array;
  readonly count: number;
}

/** A column of texts as numbers, and its distinct texts in order. */
export interface RankedTexts extends RankedColumn {
  readonly texts: readonly string[];
}

/** Texts repeat, mostly in neighbouring rows: each distinct one is sorted once, and looked up where it changes. */
export function rankTexts(column: readonly string[]): RankedTexts {
  const found = new Map<string, number>();
  const codes = new Int32Array(column.length);
  let last: string | undefined;
  let code = 0;
  for (let row = 0; row < column.length; row += 1) {
    const text = column[row] ?? '';
    if (text !== last) {
      code = found.get(text) ?? found.size;
      if (code === found.size) found.set(text, code);
      last = text;
    }
    codes[row] = code;
  }
  const texts = [...found.keys()].sort();
  const rankOf = new Int32Array(texts.length);
  for (const [rank, text] of texts.entries()) rankOf[found.get(text) ?? 0] = rank;
  return { ranks: codes.map((own) => rankOf[own] ?? 0), count: texts.length, texts };
}

/**
 * Places in the order of the first column, those with equal ranks in the order of the second, and so on; equal rows in
 * the order of their places. Counting is many times faster than comparing rows: from the last column to the first, each
 * pass keeps the order of the one before.
 *
 * @param columns Each of `rows` rows.
 */
export function orderByRanks(columns: readonly RankedColumn[], rows: number): Int32Array {
  let order = new Int32Array(rows);
  for (let place = 0; place < rows; place += 1) order[place] = place;
  for (const column of [...columns].reverse()) if (column.count > 1) order = sortedBy(column, order);
  return order;
}

/** The places of an order by a column, stable. */
function sortedBy({ ranks, count }: RankedColumn, order: Int32Array): Int32Array<ArrayBuffer> {
  const starts = new Int32Array(count + 1);
  for (let place = 0; place < ranks.length; place += 1) {
    const next = (ranks[place] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let rank = 0; rank < count; rank += 1)
    starts[rank + 1] = (starts[rank + 1] ?? 0) + (starts[rank] ?? 0);
  const sorted = new Int32Array(order.length);
  for (let at = 0; at < order.length; at += 1) {
    const place = order[at] ?? 0;
    const rank = ranks[place] ?? 0;
    const next = starts[rank] ?? 0;
    sorted[next] = place;
    starts[rank] = next + 1;
  }
  return sorted;
}
