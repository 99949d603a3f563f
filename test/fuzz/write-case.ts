import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { SymbolMasterFile } from '../../data/schemas/symbol-master.js';
import { Home } from '../../data/store/home.js';
import type { FuzzCase } from './draw-case.js';

export const barsFolder = (root: string): string => path.join(root, 'bars');
export const homeFolder = (root: string): string => path.join(root, 'home');
export const universeFile = (root: string): string => path.join(root, 'universe.csv');

/** Writes a case: its folder of bars, its universe, and a home that knows the names of its companies. */
export async function writeCase(
  { files, universe, companies, homeActions }: FuzzCase,
  root: string,
): Promise<void> {
  const home = new Home(homeFolder(root));
  const master: SymbolMasterFile = {
    lists: [],
    records: companies
      .filter(({ known }) => !known)
      .map(({ names }) => ({
        symbol: names.at(-1) ?? '',
        company: null,
        industry: null,
        isin: null,
        listingDate: null,
        isecCode: null,
        formerSymbols: names.slice(0, -1).reverse(),
      })),
  };
  const written: (readonly [string, string | Uint8Array])[] = [
    [universeFile(root), universe],
    [home.symbolMaster(), JSON.stringify(master)],
    ...(homeActions === undefined ? [] : [[home.corporateActions(), homeActions] as const]),
    ...files.map(({ name, bytes }) => [path.join(barsFolder(root), name), bytes] as const),
  ];
  const folders = new Set(written.map(([file]) => path.dirname(file)));
  await Promise.all([...folders].map((folder) => mkdir(folder, { recursive: true })));
  await Promise.all(written.map(([file, content]) => writeFile(file, content)));
}
