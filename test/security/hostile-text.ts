import fc from 'fast-check';

/** Pieces of which texts are made that have led programs out of their folders. */
const PIECES = [
  ...['..', '.', '/', '\\', '../', '..\\', '/../', './', '//', '....//', '~', '~root', '$HOME', '-', '--'],
  ...['%2e%2e%2f', '%00', '\0', '\n', '\r\n', '\t', ' ', '', ':', 'C:', '|', ';', '*', '?', '"', "'", '`id`'],
  // Looks like dots and slashes, or becomes them in another normal form.
  ...['\u2024\u2024', '\uff0e\uff0e', '\u2025', '\uff0f', '\u2215', '\u2044', '\u29f8', '\ufe68', '\uff3c'],
  // Turns the writing direction, joins without width, halves of pairs, composed and decomposed forms.
  ...['\u202e', '\u200b', '\u200d', '\ufeff', '\ud800', '\udc00', '\u00e9', 'e\u0301', '\u212a', '\u0131'],
  ...['RELIANCE', 'M&M', 'run', 'audit_', 'models', 'etc', 'passwd', 'con', 'nul.', '__proto__', '0', '=1+1'],
  'A'.repeat(300),
];

/** A path that leads far out, so that nothing below the file system's root is deep enough to be safe. */
const CLIMB = '../'.repeat(12);

/** Texts that a stranger could give for a symbol, a run id or a path. */
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
