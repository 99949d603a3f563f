import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Random } from '../../data/random.js';
import { packageRoot } from '../../data/store/package-root.js';
import { chance, oneOf, shuffled } from './bar.js';

/** The names of a company over time. */
export interface Company {
  /** Oldest first; the last is that of today. */
  readonly names: readonly string[];
  /** Whether the project's list knows the names; else the home's list must. */
  readonly known: boolean;
}

/** Renames that happened. */
const REAL = [
  ['CADILAHC', 'ZYDUSLIFE'],
  ['MOTHERSUMI', 'MOTHERSON'],
  ['LTI', 'LTIM', 'LTM'],
  ['ZOMATO', 'ETERNAL'],
  ['MCDOWELL-N', 'UNITDSPR'],
  ['TATAMOTORS', 'TMPV'],
  ['L&TFH', 'LTF'],
];
/** Names in the forms that symbols have. */
const MADE_UP = [
  'QXALPHA',
  'QX&BETA',
  'QX-GAMMA',
  '3QXDELTA',
  'QXEPS',
  'QXZETA7',
  'QXETA',
  'QX',
  'QXBANK',
  '20QXM',
];
const FORMER = ['QXOLDER', 'QX&OLD', 'QXWAS', '9QXWERE', 'QXONCE', 'QXBEFORE'];

/** Draws companies, some of them with former names. */
export function drawCompanies(random: Random, count: number): Company[] {
  const real = shuffled(random, REAL);
  const current = shuffled(random, MADE_UP);
  const former = shuffled(random, FORMER);
  return Array.from({ length: count }, (): Company => {
    const chain = chance(random, 0.2) ? real.pop() : undefined;
    if (chain !== undefined) return { names: chain, known: true };
    const earlier = chance(random, 0.2) ? former.splice(0, oneOf(random, [1, 1, 2])) : [];
    return { names: [...earlier, current.pop() ?? 'QXNONE'], known: earlier.length === 0 };
  });
}

/** Days on which the project's list has an action of a company. */
export function listedActions(
  names: readonly string[],
): { readonly symbol: string; readonly date: string }[] {
  const file = path.join(packageRoot, 'data', 'reference', 'corporate-actions.csv');
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .flatMap((line) => {
      const [symbol = '', date = ''] = line.split(',');
      return names.includes(symbol) ? [{ symbol, date }] : [];
    });
}
