import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';

const FOLDERS = ['activities', 'client', 'data', 'scripts', 'temporal-config', 'workers', 'workflows'];
/** Names that stand for others in a message: a provider, a symbol, a run. */
const EXAMPLES = /\b(breeze|yahoo|[A-Z])\b/;

/** Rows of the table under a heading of the README: the texts of their cells. */
function rowsUnder(heading: string): string[][] {
  const readme = readFileSync(path.join(packageRoot, 'README.md'), 'utf8');
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  return (section.split(/\n#{2,3} /)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The program's own texts by file, each on one line, as far as that can be done without running it. */
function programTexts(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const name of readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(ts|mjs)$/.test(name)) continue;
      const file = path.join(folder, name);
      const text = readFileSync(path.join(packageRoot, file), 'utf8');
      // Texts in several pieces: 'one ' +\n 'other'.
      texts.set(file, text.replaceAll(/['"`]\s*\+\s*['"`]/g, '').replaceAll("\\'", "'"));
    }
  return texts;
}

/** What a message in the README looks like in the code: `…` for anything, an example for itself or a placeholder. */
function patternsOf(message: string): RegExp[] {
  return message
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const words = part.split(EXAMPLES).map((word) => {
        const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
        return EXAMPLES.test(word) ? `(?:${escaped}|\\$\\{[^}]+\\})` : escaped;
      });
      return new RegExp(words.join(''));
    });
}

/** A file that holds all of a message; undefined where there is none. */
function sourceOf(message: string, texts: ReadonlyMap<string, string>): string | undefined {
  const patterns = patternsOf(message);
  return [...texts].find(([, text]) => patterns.every((pattern) => pattern.test(text)))?.[0];
}

describe('the README', () => {
  const texts = programTexts();

  it('explains messages that the program has', () => {
    const messages = rowsUnder('When something fails').flatMap(([seen = '']) =>
      [...seen.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message),
    );
    expect(messages).to.include('waiting for breeze until …');
    expect(messages.length).to.be.greaterThan(15);
    const unknown = messages.filter((message) => sourceOf(message, texts) === undefined);
    expect(unknown).to.deep.equal([]);
  });

  it('would be told of one that is gone', () => {
    expect(sourceOf('waiting for yahoo until …', texts)).to.equal('workflows/provider/provider-ingest.ts');
    for (const gone of [
      'waiting for breeze since …',
      'a message … that nobody writes',
      'A moves as two with B',
    ])
      expect(sourceOf(gone, texts), gone).to.equal(undefined);
  });
});
