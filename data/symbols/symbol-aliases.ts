import type { Home } from '../store/home.js';
import type { SymbolMaster } from './symbol-master.js';
import { loadReferenceSymbols, loadSymbolMaster, symbolMasterOf } from './symbol-master.js';

/** The names under which a share is or was traded. */
export interface SymbolAliases {
  /** The symbol of today for one of any time; a symbol that nobody knows stays as it is. */
  readonly newest: (symbol: string) => string;
  /**
   * The share's other names, the newest first; none for an unknown symbol. If `b` is among the aliases of `a`, then
   * `a` is among those of `b`: whether a universe or a file has the old name or the new one makes no difference.
   */
  readonly aliases: (symbol: string) => readonly string[];
}

/**
 * Names by the symbol master. A name that another share bears today belongs to that share alone, and so do the bars
 * under it.
 */
export function symbolAliases(master: SymbolMaster): SymbolAliases {
  const newest = (symbol: string): string => master.find(symbol)?.symbol ?? symbol;
  return {
    newest,
    aliases: (symbol) => {
      const record = master.find(symbol);
      if (record === undefined) return [];
      const names = new Set([record.symbol, ...record.formerSymbols]);
      return [...names].filter((name) => name !== symbol && newest(name) === record.symbol);
    },
  };
}

/**
 * Names by the project's symbol master and the one that the home has, where there is a home.
 *
 * @throws GurukulError as `loadSymbolMaster`.
 */
export async function loadAliases({
  packageRoot,
  home,
}: {
  readonly packageRoot: string;
  readonly home?: Home;
}): Promise<SymbolAliases> {
  return symbolAliases(
    home === undefined
      ? symbolMasterOf(await loadReferenceSymbols(packageRoot))
      : await loadSymbolMaster(packageRoot, home),
  );
}
