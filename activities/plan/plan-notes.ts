import type { PlanItem } from '../../data/schemas/plan.js';

/** Notes at most, and symbols named in each: they cross the workflow boundary, which wants small payloads. */
const MAX_NOTES = 20;
const MAX_SYMBOLS = 4;

/**
 * Why windows are not trained, for a reader of the Web UI: a line for each group of windows with the same
 * dates, reason and detail, the largest groups first.
 */
export function planNotes(items: readonly PlanItem[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { symbol, start, end, status, reason, detail } of items) {
    if (status === 'trainable') continue;
    const group = `${start} to ${end} · ${reason ?? status}${detail === null ? '' : ` (${detail.slice(0, 100)})`}`;
    groups.set(group, [...(groups.get(group) ?? []), symbol]);
  }
  const largest = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const notes = largest.slice(0, MAX_NOTES).map(([group, symbols]) => {
    const more = symbols.length - MAX_SYMBOLS;
    return `${group}: ${symbols.slice(0, MAX_SYMBOLS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  });
  const left = largest.length - notes.length;
  return left > 0 ? [...notes, `… and ${left} groups more: see plan.json`] : notes;
}
