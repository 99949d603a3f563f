import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';
import { isBuilt } from '../../scripts/setup/build.mjs';
import { isReady } from '../../scripts/setup/record.mjs';
import { cacheRoot } from '../../scripts/shared/cache.mjs';
import { casesOf } from '../support/full-tests.js';
import { differenceOf } from './compare-output.js';
import type { BlockResult, RunnableBlock } from './page-session.js';
import { PageSession, runnableBlocks } from './page-session.js';
import { readPage } from './pages.js';

/** In the order in which a newcomer reads them. */
const PAGES = casesOf(
  ['README.md'],
  [
    'docs/tutorial/first-run.md',
    'docs/tutorial/real-bars.md',
    'docs/how-to/corporate-actions.md',
    'docs/how-to/resume-a-failed-run.md',
  ],
);

describe('the README and the tutorials, followed from top to bottom', function () {
  this.timeout(1_800_000);
  const blocks = PAGES.flatMap((page) => runnableBlocks(readPage(page)));
  const session = new PageSession();
  let results: readonly BlockResult[] = [];

  before(async () => {
    // Else `npm start` would install packages and compile, under the tests that run beside this one.
    const isSetUp = isReady(packageRoot, cacheRoot()) && isBuilt(packageRoot);
    expect(isSetUp, 'this clone is set up; `npm run setup` does it').to.equal(true);
    results = await session.run(blocks);
  });
  after(() => session.remove());

  it('have commands on each page', () => {
    for (const page of PAGES)
      expect(
        blocks.filter((block) => block.page === page),
        page,
      ).not.to.have.length(0);
  });

  for (const [index, block] of blocks.entries())
    it(`${nameOf(block)}: ${block.commands.split('\n').at(-1) ?? ''}`, () => {
      const { status, printed } = results[index] ?? { status: undefined, printed: '' };
      expect(status, printed === '' ? 'an earlier block failed' : printed).to.equal(block.exit);
      if (block.shown === undefined) return;
      const difference = differenceOf(block.shown, printed, { '/home/you/gurukul': session.root });
      expect(difference, `${nameOf(block)}, all that was printed:\n${printed}`).to.equal(undefined);
    });
});

describe('a session of pages', () => {
  it('stops at the first command that ends otherwise than the page says', async () => {
    const text = [
      ...['```sh run', 'cd data', 'here=$PWD', '```', ''],
      ...[
        '```sh run exit=3',
        'echo "$here" | sed "s#.*/##"',
        'sh -c "exit 3"',
        '```',
        '```text',
        'data',
        '```',
      ],
      ...['```sh', 'echo not run', '```'],
      ...['```sh run', 'false', 'echo not reached', '```', '```sh run', 'echo nor this', '```'],
    ].join('\n');
    const session = new PageSession();
    const found = runnableBlocks({ path: 'page.md', text });
    const results = await session.run(found);
    session.remove();
    expect(found.map(({ exit, shown }) => [exit, shown])).to.deep.equal([
      [0, undefined],
      [3, 'data'],
      [0, undefined],
      [0, undefined],
    ]);
    expect(results).to.deep.equal([
      { status: 0, printed: '' },
      { status: 3, printed: 'data\n' },
      { status: 1, printed: '' },
      { status: undefined, printed: '' },
    ]);
  });
});

function nameOf({ page, line }: RunnableBlock): string {
  return `${page}:${line}`;
}
