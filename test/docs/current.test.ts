import { expect } from 'chai';

import { formatPage } from './format-page.js';
import { fillPage, partNames, partsIn } from './generated/index.js';
import { allPages } from './pages.js';

describe('generated parts of the pages', () => {
  const pages = allPages().filter(({ text }) => partsIn(text).length > 0);

  it('stand in a page each', () => {
    const named = pages.flatMap(({ text }) => partsIn(text));
    expect(named.sort()).to.deep.equal(partNames().sort());
  });

  for (const { path, text } of pages)
    it(`${path} is what \`npm run docs\` writes`, async () => {
      expect(await formatPage(fillPage(text))).to.equal(text);
    });

  it('are noticed where they are out of date, or nobody generates them', () => {
    const part = (name: string): string =>
      `# Page\n\n<!-- generated ${name} -->\n\nout of date\n\n<!-- end -->\n\nafter\n`;
    const filled = fillPage(part('error-types'));
    expect(filled)
      .to.contain('| `StoreUnavailable` |')
      .and.to.contain('after 5 s')
      .and.to.contain('\nafter\n');
    expect(filled).not.to.contain('out of date');
    expect(() => fillPage(part('poems'))).to.throw('nothing generates poems');
  });
});
