/** A value that differs, by its name; null: it is not there. */
export interface ValueChange {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two JSON values, leaf by leaf, sorted by name: `strategy.net.sharpe`. */
export function changedLeaves(before: unknown, after: unknown, name = ''): ValueChange[] {
  if (isObject(before) && isObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .sort()
      .flatMap((key) => changedLeaves(before[key], after[key], name === '' ? key : `${name}.${key}`));
  return before === after ? [] : [{ name, before: before ?? null, after: after ?? null }];
}

/** The value at a path of keys; undefined where there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** The number at a path of keys; null where there is none. */
export function numberAt(value: unknown, path: readonly string[]): number | null {
  const found = valueAt(value, path);
  return typeof found === 'number' ? found : null;
}

/** The list at a path of keys; empty where there is none. */
export function listAt(value: unknown, path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** The difference of two figures; null where one of them is missing. */
export function differenceOf(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
