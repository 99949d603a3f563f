import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';
import { anchorOf, withoutCode } from './markdown.js';
import type { Page } from './pages.js';
import { allPages, readPage } from './pages.js';

/** `[text](target)` and `![text](target)`, and the targets of `src="…"` and `href="…"`. */
const LINKS = /\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)|(?:src|href)="([^"]*)"/g;

/** Where a page's links lead, as they stand there. */
function linksIn(markdown: string): string[] {
  const text = withoutCode(markdown).replaceAll(/`[^`\n]*`/g, '``');
  return [...text.matchAll(LINKS)].map(([, link, attribute]) => link ?? attribute ?? '');
}

/** Anchors of a page's headings; GitHub numbers those that come twice. */
function anchorsIn(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const anchor = anchorOf(heading.replaceAll('`', ''));
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** Why a link leads nowhere; undefined where it leads somewhere, or out of the repository. */
function wrongIn(page: Page, link: string): string | undefined {
  if (/^(https?|mailto):/.test(link)) return undefined;
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page.path : path.posix.join(path.posix.dirname(page.path), file);
  const absolute = path.join(packageRoot, target);
  if (target.startsWith('..')) return 'leads out of the repository';
  if (!existsSync(absolute)) return `there is no ${target}`;
  if (anchor === undefined) return undefined;
  if (statSync(absolute).isDirectory() || !target.endsWith('.md')) return `${target} has no headings`;
  const { text } = target === page.path ? page : readPage(target);
  return anchorsIn(text).includes(anchor) ? undefined : `${target} has no heading #${anchor}`;
}

const wrongLinks = (page: Page): string[] =>
  linksIn(page.text).flatMap((link) => {
    const wrong = wrongIn(page, link);
    return wrong === undefined ? [] : [`${page.path}: ${link}: ${wrong}`];
  });

/** Files and folders of the repository that a text names in code, as in `data/errors.ts`. */
const PATHS =
  /^(?:activities|client|data|docs|scripts|temporal-config|test|workers|workflows)\/(?!.*NAME)[\w./-]*$/;

function missingPathsIn({ path: page, text }: Page): string[] {
  return [...withoutCode(text).matchAll(/`([^`\n]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => PATHS.test(code))
    .filter((code) => ![code, path.posix.join(path.posix.dirname(page), code)].some(exists))
    .map((code) => `${page}: there is no ${code}`);
}

const exists = (file: string): boolean => existsSync(path.join(packageRoot, file));

describe('links between the pages', () => {
  const pages = allPages();

  it('lead to files and headings that exist', () => {
    expect(pages.flatMap(({ text }) => linksIn(text)).length).to.be.greaterThan(80);
    expect(pages.flatMap(wrongLinks).join('\n')).to.equal('');
  });

  it('name files that exist', () => {
    expect(pages.flatMap(missingPathsIn).join('\n')).to.equal('');
    const page = { path: 'docs/README.md', text: 'In `data/errors.ts`, `data/nowhere.ts` and `var/x`.' };
    expect(missingPathsIn(page)).to.deep.equal(['docs/README.md: there is no data/nowhere.ts']);
  });

  it('reach every page of docs/ from its index', () => {
    const reached = new Set<string>();
    const waiting = ['docs/README.md'];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      for (const link of linksIn(readPage(file).text)) {
        const [relative = ''] = link.split('#');
        const target = path.posix.join(path.posix.dirname(file), relative);
        if (relative.endsWith('.md') && existsSync(path.join(packageRoot, target))) waiting.push(target);
      }
    }
    const docs = pages.map((page) => page.path).filter((file) => file.startsWith('docs/'));
    expect(docs.filter((file) => !reached.has(file))).to.deep.equal([]);
  });

  it('are noticed where they lead nowhere', () => {
    const page = (text: string): Page => ({ path: 'docs/README.md', text });
    expect(
      wrongLinks(page('# A page\n[a](#a-page) [b](../README.md) [c](https://example.com/x)')),
    ).to.deep.equal([]);
    expect(wrongLinks(page('[a](nowhere.md)'))).to.deep.equal([
      'docs/README.md: nowhere.md: there is no docs/nowhere.md',
    ]);
    expect(wrongLinks(page('# A page\n[a](#another)'))).to.have.length(1);
    expect(wrongLinks(page('![a](images/nothing.svg)'))).to.have.length(1);
    expect(wrongLinks(page('[a](../../outside.md)'))[0]).to.contain('leads out of the repository');
    expect(wrongLinks(page('```\n[a](nowhere.md)\n```\n`[b](nowhere.md)`'))).to.deep.equal([]);
    expect(anchorsIn('# Two `words`, twice\n## Two words twice')).to.deep.equal([
      'two-words-twice',
      'two-words-twice-1',
    ]);
  });
});
