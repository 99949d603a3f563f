/** Keys that say which of two runs something belongs to. */
const SWAPPED: Readonly<Record<string, string>> = {
  before: 'after',
  after: 'before',
  added: 'removed',
  removed: 'added',
};
/** Keys of differences, whose sign depends on which run is named first. */
const SIGNED: readonly string[] = ['difference'];
const PARTS = 'parts';
/** What happened to a series, in an order that depends on which run is named first. */
const KINDS = 'kinds';
const DIGITS = 12;

/** What a comparison says with its two runs exchanged; numbers are rounded to 12 digits. */
export function mirrored(value: unknown): unknown {
  return turned(value, true);
}

/** The same comparison, to be compared with a mirrored one. */
export function rounded(value: unknown): unknown {
  return turned(value, false);
}

function turned(value: unknown, swap: boolean): unknown {
  if (typeof value === 'number') return plainZero(Number(value.toFixed(DIGITS)));
  if (typeof value === 'string') return swap ? otherKind(value) : value;
  if (Array.isArray(value)) return value.map((inner) => turned(inner, swap));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const own = key === KINDS ? sortedTexts(turned(inner, swap)) : turned(inner, swap);
    if (!swap) return [key, own];
    return [SWAPPED[key] ?? key, SIGNED.includes(key) || key === PARTS ? negated(own) : own];
  });
  const made = Object.fromEntries(entries);
  // The interval of a difference turns over with it.
  return swap && 'difference' in made && 'low' in made
    ? { ...made, low: negated(made['high']), high: negated(made['low']) }
    : made;
}

function negated(value: unknown): unknown {
  if (typeof value === 'number') return plainZero(-value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, negated(inner)]));
}

function sortedTexts(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String).sort() : value;
}

/** chai tells −0 from 0. */
function plainZero(value: number): number {
  return value === 0 ? 0 : value;
}

/** Names of what happened to a series. */
function otherKind(text: string): string {
  if (text === 'new') return 'gone';
  if (text === 'gone') return 'new';
  return text.replace(/^(added|removed)_/, (_, kind: string) => (kind === 'added' ? 'removed_' : 'added_'));
}
