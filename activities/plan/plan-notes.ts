import type { Plan, PlanItem } from '../../data/schemas/plan.js';

/** Limits on the notes and on the symbols named in each: workflow payloads must be small. */
const MAX_NOTES = 20;
const MAX_SYMBOLS = 4;
const MAX_DETAIL = 120;
/** Limit on the bytes of all notes. */
const MAX_BYTES = 1_500;

/**
 * Why windows are not trained, for the Web UI: one line per group of windows with the same reason and detail,
 * the largest groups first.
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
  const omitted = largest.length - notes.length;
  return omitted > 0 ? [...notes, `… and ${omitted} more reasons: see plan.json`] : notes;
}

/** Why a plan without windows to train is refused, with the largest group of them. */
export function nothingToTrain({ windows, skipped, items }: Plan): string {
  const reasons = Object.entries(skipped).map(([reason, n]) => `${reason} ${n}`);
  const [most] = planNotes(items);
  return `nothing to train: all ${windows} windows are skipped (${reasons.join(', ')}); choose other dates, symbols or a shorter horizon${most === undefined ? '' : `. Most of them: ${most}`}`;
}

/** The first notes that fit within the byte limit. */
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
