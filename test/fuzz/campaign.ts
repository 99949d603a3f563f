import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { drawCase } from './draw-case.js';
import type { SymbolResult } from './judge.js';
import { judgeCase } from './judge.js';
import type { Product } from './product.js';
import { writeCase } from './write-case.js';

/** What became of a case. */
export interface CaseResult {
  readonly index: number;
  /** Number of its files. */
  readonly files: number;
  readonly bars: number;
  readonly symbols: readonly SymbolResult[];
}

export interface CampaignOptions {
  readonly seed: number;
  /** Indices of the cases. */
  readonly indices: Iterable<number>;
  /** A folder for their files. */
  readonly folder: string;
  /** Whether the files of every case are kept; those of wrong ones always are. */
  readonly keep?: boolean;
  readonly product: Product;
  readonly note?: (line: string) => void;
}

/** Draws, writes, reads and judges cases, one after another. */
export async function runCases(options: CampaignOptions): Promise<CaseResult[]> {
  const { seed, folder, product, keep = false, note } = options;
  const results: CaseResult[] = [];
  for (const index of options.indices) {
    const root = path.join(folder, `case-${index}`);
    await mkdir(root, { recursive: true });
    const drawn = drawCase(seed, index);
    await writeCase(drawn, root);
    const symbols = await judgeCase(drawn, root, product);
    const bars = drawn.symbols.reduce((sum, one) => sum + one.bars.length, 0);
    results.push({ index, files: drawn.files.length, bars, symbols });
    for (const { symbol, verdict, what } of symbols)
      if (verdict === 'wrong') note?.(`WRONG: ${index} ${symbol}: ${what}`);
    const isWrong = symbols.some(({ verdict }) => verdict === 'wrong');
    if (!keep && !isWrong) await rm(root, { recursive: true, force: true });
    if (results.length % 500 === 0) note?.(`${results.length} judged`);
  }
  return results;
}
