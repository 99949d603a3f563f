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
