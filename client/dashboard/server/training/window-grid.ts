import type { Plan } from '../../../../data/schemas/plan.js';
import { windowLabel } from '../../../../data/schemas/plan.js';
import type { GridAnswer, Outcome } from '../../contract/training.js';
import { OUTCOMES } from '../../contract/training.js';
import type { EndedWindow } from './window-outcomes.js';

/**
 * All planned windows of a run as a grid.
 *
 * @param ended Windows that have ended, by label.
 */
export function windowGrid(
  { items }: Pick<Plan, 'items'>,
  ended: ReadonlyMap<string, EndedWindow>,
): GridAnswer {
  const symbols = [...new Set(items.map(({ symbol }) => symbol))].sort();
  const cohorts = [...new Set(items.map(({ start, end }) => `${start}_to_${end}`))].sort();
  const row = new Map(symbols.map((symbol, at) => [symbol, at]));
  const column = new Map(cohorts.map((cohort, at) => [cohort, at]));
  const cells = new Array<string>(symbols.length * cohorts.length).fill(OUTCOMES.absent);
  const reasons = new Map<string, number>();
  const reasonOf: [number, number][] = [];
  for (const item of items) {
    const cell =
      (row.get(item.symbol) ?? 0) * cohorts.length + (column.get(`${item.start}_to_${item.end}`) ?? 0);
    const { outcome, reason } = windowState(item, ended);
    cells[cell] = OUTCOMES[outcome];
    if (reason === '') continue;
    const at = reasons.get(reason) ?? reasons.size;
    reasons.set(reason, at);
    reasonOf.push([cell, at]);
  }
  return { symbols, cohorts, cells: cells.join(''), reasons: [...reasons.keys()], reasonOf };
}

/** How one window stands: as it ended, or as it was planned. */
export function windowState(
  { symbol, start, end, status, reason, detail }: Plan['items'][number],
  ended: ReadonlyMap<string, EndedWindow>,
): { readonly outcome: Outcome; readonly reason: string } {
  const known = ended.get(windowLabel(symbol, start, end));
  if (known !== undefined) return { outcome: known.status, reason: known.reason };
  if (status === 'trainable') return { outcome: 'waiting', reason: '' };
  return { outcome: status, reason: [reason, detail].filter((text) => text !== null).join(': ') };
}
