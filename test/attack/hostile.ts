import fc from 'fast-check';

import type { Random } from '../../data/random.js';
import { hostileText, terminalAttack } from '../security/hostile-text.js';
import { oneOf } from './kind.js';

/** Names that have special meanings somewhere. */
const NAMES = [
  ...[
    '',
    '.',
    '..',
    '...',
    '../x',
    '..\\x',
    '/etc/passwd',
    'a/../../b',
    'a//b',
    './a',
    'a/',
    '~',
    '~/.ssh/id_rsa',
  ],
  ...[
    'a\0b',
    'a\nb',
    '%2e%2e/x',
    '..%2fx',
    'CON',
    'nul',
    'aux.txt',
    'COM1',
    '-rf',
    '--help',
    '$HOME',
    '`id`',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'A'.repeat(201),
    'A'.repeat(5_000),
    'a/'.repeat(600),
    '\u202egpj.exe',
  ],
  ...['\uff0e\uff0e/x', '\u2025/x', 'file:///etc/passwd', 'C:\\x', '\\\\host\\share', '../../a/secret.csv'],
];

/** A text that tries to command a terminal, to leave a folder, or both. */
export function hostileTextOf(random: Random): string {
  return sample(fc.oneof(terminalAttack, hostileText), random);
}

/** A text that tries to begin a line of its own or to command the terminal. */
export function terminalAttackOf(random: Random): string {
  return sample(terminalAttack, random);
}

/** A name, an id or a path that means something else than it should. */
export function hostileNameOf(random: Random): string {
  const name = oneOf(random, NAMES);
  return oneOf(random, [name, `run${name}`, `${name}/${oneOf(random, NAMES)}`, sample(hostileText, random)]);
}

function sample(texts: fc.Arbitrary<string>, random: Random): string {
  const [text = ''] = fc.sample(texts, { seed: random.integer(0, 0x7fff_ffff), numRuns: 1 });
  return text;
}
