import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';
import { readPage } from './pages.js';

const FOLDERS = ['activities', 'client', 'data', 'scripts', 'temporal-config', 'workers', 'workflows'];
/** A variable by name, in code and comments. A name that ends with `_` begins those of a family. */
const IN_CODE = /\b(?:GURUKUL|BREEZE|TEMPORAL)_[A-Z_]+/g;

/** What looks like a variable and is none. */
const NONE = ['TEMPORAL_CLI', 'BREEZE_MAX_CANDLES'];

/** Names in the first column of the page's table. */
function documented(): string[] {
  return readPage('docs/reference/environment.md')
    .text.split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([A-Z_]+)/g)].map(([, name = '']) => name));
}

function variablesIn(text: string): string[] {
  return (text.match(IN_CODE) ?? []).filter((name) => !NONE.includes(name));
}

function programTexts(): string {
  return FOLDERS.flatMap((folder) =>
    readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mjs)$/.test(name))
      .map((name) => readFileSync(path.join(packageRoot, folder, name), 'utf8')),
  ).join('\n');
}

describe('docs/reference/environment.md', () => {
  const program = programTexts();

  it('has every variable that the program reads', () => {
    const read = [...new Set(variablesIn(program))].sort();
    expect(read).to.include.members(['GURUKUL_HOME', 'GURUKUL_FAULTS', 'TEMPORAL_ADDRESS']);
    const page = documented();
    const isThere = (name: string): boolean =>
      page.some((one) => name === one || (one.endsWith('_') && name.startsWith(one)));
    expect(read.filter((name) => !isThere(name))).to.deep.equal([]);
  });

  it('has none that the program does not know', () => {
    const page = documented().filter((name) => !name.endsWith('_') && name !== 'CUDA_VISIBLE_DEVICES');
    expect(page.length).to.be.greaterThan(15);
    expect(page.filter((name) => !program.includes(name))).to.deep.equal([]);
  });

  it('would miss one that is new', () => {
    expect(variablesIn("env['GURUKUL_NEW_THING']")).to.deep.equal(['GURUKUL_NEW_THING']);
  });
});
