import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';
import { readPage } from './pages.js';

const MOST_LINES = 30;
/** What tools and runs make: not ours. */
const MADE = ['node_modules', 'dist', 'var', 'coverage'];

const folders = readdirSync(packageRoot, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !MADE.includes(entry.name))
  .map(({ name }) => name);

/** Why a folder's README is none that helps whoever opens it. */
function faultsOf(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  return [
    ...(lines.length > MOST_LINES ? [`has ${lines.length} lines, of at most ${MOST_LINES}`] : []),
    ...(/^# \S/.test(text) ? [] : ['has no title']),
  ];
}

describe('the top-level folders', () => {
  it('are those of the house', () => {
    expect(folders).to.include.members([
      'activities',
      'client',
      'data',
      'docs',
      'test',
      'workers',
      'workflows',
    ]);
  });

  for (const folder of folders)
    it(`${folder}/ opens with a README that can be read at a glance`, () => {
      const file = `${folder}/README.md`;
      expect(existsSync(path.join(packageRoot, file)), file).to.equal(true);
      expect(faultsOf(readPage(file).text)).to.deep.equal([]);
    });

  it('would be noticed with a README that is too long', () => {
    expect(faultsOf(`# data\n${'line\n'.repeat(MOST_LINES)}`)).to.deep.equal([
      `has ${MOST_LINES + 1} lines, of at most ${MOST_LINES}`,
    ]);
  });
});
