import type { Random } from '../../data/random.js';
import { chance, isoDay, oneOf } from './bar.js';
import type { Company } from './names.js';

/** Days as a member, ISO and half-open; absent: since ever, or until today. */
export interface MemberSpan {
  readonly from?: string;
  readonly to?: string;
}

/** In some universes, companies join or leave while the run lasts. */
export function drawMembership(
  random: Random,
  companies: readonly Company[],
  days: readonly number[],
): readonly MemberSpan[] {
  if (days.length < 4 || chance(random, 0.8)) return companies.map(() => ({}));
  const middle = (): string => isoDay(days[random.integer(1, days.length - 2)] ?? 0);
  return companies.map((_, at) => {
    const how = at === 0 ? 'joins' : oneOf(random, ['joins', 'leaves', 'stays'] as const);
    return how === 'stays' ? {} : how === 'joins' ? { from: middle() } : { to: middle() };
  });
}

/** A universe file: it says any name of a company, and the dates only if there are any. */
export function universeText(
  random: Random,
  companies: readonly Company[],
  spans: readonly MemberSpan[],
): string {
  const rows = companies.map(({ names }, at) => {
    const { from = '', to = '' } = spans[at] ?? {};
    return `${oneOf(random, names)},${from},${to}`;
  });
  const dated = spans.some(({ from, to }) => from !== undefined || to !== undefined);
  return dated
    ? `symbol,from,to\n${rows.join('\n')}\n`
    : `symbol\n${rows.map((row) => row.split(',')[0] ?? '').join('\n')}\n`;
}

/** The name of a company on each day: it changes at random days. */
export function drawNames(
  random: Random,
  { names }: Company,
  days: readonly number[],
): (day: number) => string {
  const changes = names
    .slice(1)
    .map(() => oneOf(random, days))
    .sort((a, b) => a - b);
  return (day) => names[changes.filter((change) => change <= day).length] ?? '';
}
