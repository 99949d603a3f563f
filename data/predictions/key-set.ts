/** Rows of a table that has one for each symbol and date. */
export interface RowKeys {
  readonly symbol: string[];
  /** As in the predictions. */
  readonly date: string[];
}

/** Symbols and dates, each once, of which more and more become known. */
export class KeySet {
  readonly #byDate = new Map<string, Set<string>>();

  add({ symbol, date }: { readonly symbol: readonly string[]; readonly date: readonly string[] }): void {
    for (const [row, day] of date.entries()) {
      const own = this.#byDate.get(day);
      if (own === undefined) this.#byDate.set(day, new Set([symbol[row] ?? '']));
      else own.add(symbol[row] ?? '');
    }
  }

  /** Sorted by date and symbol. */
  keys(): RowKeys {
    const keys: RowKeys = { symbol: [], date: [] };
    for (const date of [...this.#byDate.keys()].sort())
      for (const symbol of [...(this.#byDate.get(date) ?? [])].sort()) {
        keys.symbol.push(symbol);
        keys.date.push(date);
      }
    return keys;
  }
}
