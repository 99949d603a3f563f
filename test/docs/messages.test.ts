import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';
import { readPage } from './pages.js';

const FOLDERS = ['activities', 'client', 'data', 'scripts', 'temporal-config', 'workers', 'workflows'];
/** Names that stand for others in a message: a provider, a symbol, a run. */
const EXAMPLES = /\b(breeze|yahoo|[A-Z])\b/;

/** First cells of the rows of all tables of a page. */
function firstCells(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split(/(?<!\\)\|/)[1]?.trim() ?? '');
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

/** What a message on the page looks like in the code: `…` for anything, an example for itself or a placeholder. */
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

/** What stands in code on the page and is no message of the program: commands, names, filters, statuses. */
const NO_MESSAGE =
  /^(gurukul|temporal|audit verify|paused|[A-Z]+|WorkflowType.*|binary\/encrypted|[A-Z][a-zA-Z]+|activity Heartbeat timeout)$/;

describe('docs/how-to/troubleshooting.md', () => {
  const texts = programTexts();

  it('explains messages that the program has', () => {
    const messages = firstCells(readPage('docs/how-to/troubleshooting.md').text)
      .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message))
      .filter((message) => !NO_MESSAGE.test(message));
    expect(messages).to.include('waiting for breeze until …');
    expect(messages.length).to.be.greaterThan(20);
    const unknown = messages.filter((message) => sourceOf(message, texts) === undefined);
    expect(unknown).to.deep.equal([]);
  });

  it('would be noticed with one that is gone', () => {
    expect(sourceOf('waiting for yahoo until …', texts)).to.equal('workflows/provider/provider-ingest.ts');
    for (const gone of [
      'waiting for breeze since …',
      'a message … that nobody writes',
      'A moves as two with B',
    ])
      expect(sourceOf(gone, texts), gone).to.equal(undefined);
  });
});
