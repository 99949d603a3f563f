import { safeText } from '../../data/text/safe-text.js';
import { tableLines } from '../bench/table.js';
import type { Campaign } from './campaign.js';

/** A table of the kinds, everything that passed and how to repeat it, and a summary line. */
export function reportLines(campaign: Campaign): string[] {
  const { seed, kinds, passed } = campaign;
  return [
    ...tableLines([
      ['kind', 'attacks', 'passed', 'took (s)', 'caught means'],
      ...kinds.map(({ kind: { name, caught }, attempts, took }) => [
        name,
        String(attempts),
        String(passed.filter(({ kind }) => kind === name).length),
        took.toFixed(1),
        caught,
      ]),
    ]),
    '',
    ...passed.flatMap(({ kind, attempt, what }) => [
      `PASSED: ${kind}, attempt ${attempt}: ${safeText(what)}`,
      `  again: npm run attack -- --seed ${seed} --only ${kind} --attacks ${attempt}`,
    ]),
    sumLine(campaign),
  ];
}

/** `N attacks, N caught, N passed`. */
export function sumLine({ kinds, passed }: Campaign): string {
  const all = kinds.reduce((sum, { attempts }) => sum + attempts, 0);
  return `${all} attacks, ${all - passed.length} caught, ${passed.length} passed`;
}
