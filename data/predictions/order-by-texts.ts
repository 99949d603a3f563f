/**
 * Places in the order of the first column, those with equal texts in the order of the second, and so on; equal rows in
 * the order of their places. Texts repeat, so that sorting the distinct ones and counting is many times faster than
 * comparing rows: from the last column to the first, each pass keeps the order of the one before.
 *
 * @param columns Of equal length.
 */
export function orderByTexts(columns: readonly (readonly string[])[]): Int32Array {
  let order: Int32Array = Int32Array.from({ length: columns[0]?.length ?? 0 }, (_, place) => place);
  for (const column of [...columns].reverse()) order = sortedBy(column, order);
  return order;
}

/** The places of an order by a column, stable. */
function sortedBy(column: readonly string[], order: Int32Array): Int32Array {
  const texts = [...new Set(column)].sort();
  const rankOf = new Map(texts.map((text, rank) => [text, rank]));
  const ranks = Int32Array.from(column, (text) => rankOf.get(text) ?? 0);
  const starts = new Int32Array(texts.length + 1);
  for (const rank of ranks) starts[rank + 1] = (starts[rank + 1] ?? 0) + 1;
  for (let rank = 0; rank < texts.length; rank += 1)
    starts[rank + 1] = (starts[rank + 1] ?? 0) + (starts[rank] ?? 0);
  const sorted = new Int32Array(order.length);
  for (const place of order) {
    const rank = ranks[place] ?? 0;
    const at = starts[rank] ?? 0;
    sorted[at] = place;
    starts[rank] = at + 1;
  }
  return sorted;
}
