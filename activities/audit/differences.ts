/** The first difference between a bundle and what it should be. */
export interface Difference {
  /** Path inside the bundle. */
  readonly file: string;
  readonly expected: string;
  readonly found: string;
}

/** The difference as one sentence. */
export function sentenceOf({ file, expected, found }: Difference): string {
  return `${file}: expected ${expected}, found ${found}`;
}

/**
 * The first difference between two JSON values. Numbers may differ by a tolerance, relative to the larger of their
 * absolute values and 1.
 */
export function firstValueDifference(
  file: string,
  expected: unknown,
  found: unknown,
  tolerance: number,
  place = '',
): Difference | undefined {
  if (typeof expected === 'number' && typeof found === 'number') {
    const scale = Math.max(1, Math.abs(expected), Math.abs(found));
    if (expected === found || Math.abs(expected - found) <= tolerance * scale) return undefined;
  } else if (isObject(expected) && isObject(found)) {
    for (const key of [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort()) {
      const inner = place === '' ? key : `${place}.${key}`;
      const difference = firstValueDifference(file, expected[key], found[key], tolerance, inner);
      if (difference !== undefined) return difference;
    }
    return undefined;
  } else if (expected === found) return undefined;
  return { file, expected: `${place} = ${show(expected)}`, found: show(found) };
}

/** The first line that differs between two texts. */
export function firstLineDifference(file: string, expected: string, found: string): Difference | undefined {
  if (expected === found) return undefined;
  const expectedLines = expected.split('\n');
  const foundLines = found.split('\n');
  const line = expectedLines.findIndex((text, i) => text !== foundLines[i]);
  const at = line === -1 ? expectedLines.length : line;
  return {
    file,
    expected: `line ${at + 1} to be ${show(expectedLines[at])}`,
    found: show(foundLines[at]),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}
