import type { PlanItem } from '../../data/schemas/plan.js';

/** Notes at most, and symbols named in each: they cross the workflow boundary, which wants small payloads. */
const MAX_NOTES = 20;
const MAX_SYMBOLS = 4;
const MAX_DETAIL = 120;
/** Of all notes together. */
const MAX_BYTES = 1_500;

/**
 * Why windows are not trained, for a reader of the Web UI: a line for each group of windows with the same
 * reason and detail, the largest groups first.
 */
export function planNotes(items: readonly PlanItem[]): string[] {
  const groups = new Map<string, PlanItem[]>();
  for (const item of items) {
    if (item.status === 'trainable') continue;
    const detail = item.detail === null ? '' : ` (${item.detail.slice(0, MAX_DETAIL)})`;
    const group = `${item.reason ?? item.status}${detail}`;
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  const largest = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const notes = withinBytes(
    largest.slice(0, MAX_NOTES).map(([group, windows]) => `${group}: ${describe(windows)}`),
  );
  const left = largest.length - notes.length;
  return left > 0 ? [...notes, `… and ${left} more reasons: see plan.json`] : notes;
}

/** As many of the first notes as are not too long together. */
function withinBytes(notes: readonly string[]): string[] {
  let bytes = 0;
  return notes.filter((note) => (bytes += Buffer.byteLength(note)) <= MAX_BYTES);
}

function describe(windows: readonly PlanItem[]): string {
  const symbols = [...new Set(windows.map(({ symbol }) => symbol))];
  const more = symbols.length - MAX_SYMBOLS;
  const starts = [...new Set(windows.map(({ start }) => start))].sort();
  const from = starts.length === 1 ? starts[0] : `${starts[0] ?? ''} … ${starts.at(-1) ?? ''}`;
  const named = `${symbols.slice(0, MAX_SYMBOLS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${named} · ${windows.length} window${windows.length === 1 ? '' : 's'} from ${from ?? ''}`;
}
