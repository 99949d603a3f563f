/**
 * Compares what a page says that a command prints with what it did print. On a page, `…` alone in a line
 * stands for any lines, and inside a line for anything. Digests may differ from machine to machine, since the
 * backend does; counts may not, and figures with a decimal point only a little.
 */

const ANY = '…';
const NUMBER = /\d+(?:,\d{3})*(?:\.\d+)?/g;
/** How far a figure with decimals may lie from the page's: backends differ in their last digits. */
const TOLERANCE = 0.02;

/** Where a run of a page took place, by what the page calls it. */
export type Places = Readonly<Record<string, string>>;

/** @returns The first difference, for a person; undefined where all that the page shows was printed. */
export function differenceOf(shown: string, printed: string, places: Places = {}): string | undefined {
  const lines = linesOf(printed, places);
  let from = 0;
  let anywhere = false;
  for (const part of partsOf(linesOf(shown, {}))) {
    if (part === ANY) {
      anywhere = true;
      continue;
    }
    const at = findPart(part, lines, from, anywhere);
    if (at === undefined)
      return `the page shows\n${indented(part)}\nand there was printed\n${indented(lines.slice(from))}`;
    from = at + part.length;
    anywhere = false;
  }
  return anywhere || from === lines.length
    ? undefined
    : `the page does not show what was printed at the end:\n${indented(lines.slice(from))}`;
}

/** Runs of lines that stand together, and {@link ANY} between them. */
function partsOf(lines: readonly string[]): (string[] | typeof ANY)[] {
  const parts: (string[] | typeof ANY)[] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    if (line.trim() === ANY) parts.push(ANY);
    else if (Array.isArray(last)) last.push(line);
    else parts.push([line]);
  }
  return parts;
}

function findPart(
  part: readonly string[],
  lines: readonly string[],
  from: number,
  anywhere: boolean,
): number | undefined {
  const last = anywhere ? lines.length - part.length : from;
  for (let at = from; at <= last; at += 1)
    if (part.every((line, offset) => isLike(line, lines[at + offset]))) return at;
  return undefined;
}

/** Whether a printed line is the one that a page shows. */
function isLike(shown: string, printed: string | undefined): boolean {
  if (printed === undefined) return false;
  const pattern = shown
    .split(ANY)
    .map((text) =>
      text
        .split(NUMBER)
        .map((piece) => escaped(piece).replaceAll(/\s+/g, '\\s+'))
        .join('(\\d+(?:,\\d{3})*(?:\\.\\d+)?)'),
    )
    .join('.*?');
  const found = new RegExp(`^${pattern}$`).exec(printed);
  if (found === null) return false;
  const numbers = shown.match(NUMBER) ?? [];
  return numbers.every((number, index) => isNear(number, found[index + 1] ?? ''));
}

function isNear(shown: string, printed: string): boolean {
  if (!shown.includes('.') || !printed.includes('.')) return shown === printed;
  const value = (text: string): number => Number(text.replaceAll(',', ''));
  return Math.abs(value(shown) - value(printed)) <= TOLERANCE * Math.max(1, Math.abs(value(shown)));
}

/** What npm says of a script, and what is said where another program holds a port. */
const OF_THE_MACHINE = /^> |^port \d+ is in use/;

/** Lines without what differs from machine to machine, and without empty ones. */
function linesOf(text: string, places: Places): string[] {
  let plain = text.replaceAll(/\r/g, '');
  for (const [name, place] of Object.entries(places)) plain = plain.replaceAll(place, name);
  return plain
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:8233')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'DIGEST')
    .replaceAll(/\b[0-9a-f]{12,16}\b/g, 'SHORT-DIGEST')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !OF_THE_MACHINE.test(line));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n');
}
