import fc from 'fast-check';

/** Pieces of texts that have made programs leave their folders. */
const PIECES = [
  ...['..', '.', '/', '\\', '../', '..\\', '/../', './', '//', '....//', '~', '~root', '$HOME', '-', '--'],
  ...['%2e%2e%2f', '%00', '\0', '\n', '\r\n', '\t', ' ', '', ':', 'C:', '|', ';', '*', '?', '"', "'", '`id`'],
  // Characters that look like dots and slashes, or that a normal form turns into them.
  ...['\u2024\u2024', '\uff0e\uff0e', '\u2025', '\uff0f', '\u2215', '\u2044', '\u29f8', '\ufe68', '\uff3c'],
  // Change of writing direction, zero-width characters, half surrogate pairs, composed and decomposed forms.
  ...['\u202e', '\u200b', '\u200d', '\ufeff', '\ud800', '\udc00', '\u00e9', 'e\u0301', '\u212a', '\u0131'],
  ...['RELIANCE', 'M&M', 'run', 'audit_', 'models', 'etc', 'passwd', 'con', 'nul.', '__proto__', '0', '=1+1'],
  'A'.repeat(300),
];

/** A path that goes up far enough to reach the root of the file system from any folder. */
const CLIMB = '../'.repeat(12);

/** Texts that an attacker could give for a symbol, a run id or a path. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((all) => all.join('')) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 100 }) },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9&._-]{1,100}$/) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }).map((text) => `/${text}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('tmp/', 'RELIANCE/../../', ''), fc.string({ maxLength: 10 }))
      .map(([to, text]) => `${CLIMB}${to}${text}`),
  },
);

/** What no line may begin with that comes from outside: the program's own word for a bundle that verifies. */
export const FORGED = 'ok: run forged, 99 files';

/** All that must never reach a terminal raw: control, format, separators of lines, half surrogate pairs. */
const COMMANDS = [
  '\u001b[2K\u001b[1A',
  '\u001b]0;x\u0007',
  '\u009b31m',
  '\r',
  '\b',
  '\u007f',
  '\u0085',
  '\u2028',
  '\u2029',
];
const DISGUISES = [
  '\u202e',
  '\u2066',
  '\u2069',
  '\u200e',
  '\u200f',
  '\u061c',
  '\u200b',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u{e0041}',
];

/** Texts that try to begin a line of their own, to command the terminal, or to look like another text. */
export const terminalAttack: fc.Arbitrary<string> = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z]{1,5}$/),
    fc.array(fc.constantFrom(...COMMANDS, ...DISGUISES, '\t', '<b>', '|', '](http://x)'), { maxLength: 6 }),
    fc.constantFrom('\n', '\r\n', '\n\u001b[2K', '\u2028\n'),
    fc.constantFrom(...COMMANDS, ...DISGUISES),
  )
  .map(([word, inside, line, last]) => `${word}${inside.join('')}${line}${FORGED}${last}\n`);

/** Stated here again, not taken from the code: C0 but the line break, DEL, C1, soft hyphen, bidirectional, zero-width, separators, tags. */
const RAW =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\u{e0000}-\u{e007f}]/u;

/** What in an output could command a terminal or forge a line; undefined for a harmless one. */
export function harmIn(text: string): string | undefined {
  const forged = text.split('\n').some((line) => line.trimStart().startsWith(FORGED));
  return rawCharacterIn(text) ?? (forged ? 'a forged line' : undefined);
}

/** A character that a page must not have, where a line break is only a space. */
export function rawCharacterIn(text: string): string | undefined {
  const raw = RAW.exec(text);
  return raw === null ? undefined : `a raw character ${JSON.stringify(raw[0])}`;
}
