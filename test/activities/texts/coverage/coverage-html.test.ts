import { expect } from 'chai';
import Papa from 'papaparse';

import { renderCoverageCsv } from '../../../../activities/texts/coverage/coverage-csv.js';
import { renderCoverageHtml } from '../../../../activities/texts/coverage/coverage-html.js';
import type { Coverage, CoverageRow } from '../../../../data/schemas/coverage.js';
import { sha256 } from '../../../../data/store/digests.js';

const VERDICTS = ['complete', 'usable', 'doubtful', 'stopped', 'excluded', 'no bars'] as const;

interface Size {
  readonly symbols: number;
  readonly months: number;
  readonly days: number;
  /** A text that somebody else may have written. */
  readonly text?: string;
}

/** A coverage in which no two months are alike, so that nothing can be drawn together. */
function coverageOf({ symbols, months, days, text = 'why not' }: Size): Coverage {
  const row = (_: unknown, index: number): CoverageRow => ({
    symbol: `SYMBOL${String(index).padStart(6, '0')}`,
    status: 'ok',
    ...{
      first: '1994-11-03',
      last: '2024-12-31',
      bars: 1239,
      sessions: 1240,
      missing: index % 7,
      actions: 2,
    },
    digest: sha256(String(index)),
    verdict: VERDICTS[index % VERDICTS.length] ?? 'complete',
    exclusion: index % VERDICTS.length === 4 ? text : null,
    reasons: [{ code: 'missing_sessions', severity: 'warning', count: 3 }],
    months: Array.from({ length: months }, (_month, month) => ((index + month) % 10) / 10),
  });
  const rows = Array.from({ length: symbols }, row);
  return {
    ...{ source: 'csv', interval: '1day', adjust: 'auto', from: '1994-11-03', to: '2024-12-31' },
    ...{ until: '2024-12-31', lastSession: '2024-12-30', digest: sha256('all'), gates: [] },
    symbols: rows,
    members: {
      ...{ sessions: 10, withBars: 4 },
      missing: rows.map(({ symbol }) => ({ symbol, sessions: 5, missing: 3 })),
    },
    firstMonth: '1994-11',
    days: Array.from({ length: days }, (_, day) => ({
      ...{ date: `20${String(day).padStart(8, '0')}`, name: text, expected: symbols, missing: day },
      symbols: rows.slice(0, 5).map(({ symbol }) => symbol),
    })),
  };
}

const FEW = { symbols: 3, months: 60, days: 2 };
const MANY = { symbols: 1_430, months: 60, days: 50 };

describe('the page of the coverage', () => {
  it('stays below a megabyte for the largest universe, with the longest history and texts', () => {
    const sizes = [FEW, MANY, { symbols: 10_000, months: 380, days: 9_000, text: 'x'.repeat(3_000) }];
    for (const size of sizes) {
      const page = renderCoverageHtml(coverageOf(size));
      expect(Buffer.byteLength(page), JSON.stringify(size).slice(0, 60)).to.be.below(1_000_000);
    }
  });

  it('shows a few symbols by name, each with all that is known', () => {
    const coverage = coverageOf(FEW);
    const page = renderCoverageHtml(coverage);
    const places = coverage.symbols.map(({ symbol }) =>
      page.indexOf(`<th scope="row">${symbol}</th><td><span`),
    );
    expect(places).to.deep.equal([...places].sort((a, b) => a - b));
    expect(Math.min(...places)).to.be.above(0);
    for (const { digest } of coverage.symbols) expect(page).to.contain(digest);
    expect(page).not.to.contain('more symbols');
  });

  it('shows those of many that need a look, and lists all others', () => {
    const coverage = coverageOf(MANY);
    const page = renderCoverageHtml(coverage);
    const isShown = ({ digest }: CoverageRow): boolean => page.includes(digest ?? '');
    const shown = coverage.symbols.filter(isShown);
    expect(shown).to.have.length(300);
    expect(new Set(shown.map(({ verdict }) => verdict))).to.deep.equal(new Set(['stopped', 'doubtful']));
    expect(shown.filter(({ verdict }) => verdict === 'stopped')).to.have.length(238);
    for (const { symbol } of coverage.symbols) expect(page).to.contain(`<th scope="row">${symbol}</th>`);
    expect(page).to.contain(
      '1,130 more symbols: 176 doubtful, 238 no bars, 238 excluded, 239 usable, 239 complete',
    );
  });

  it('draws the share of each month: full, in part, and not at all', () => {
    const coverage = coverageOf({ symbols: 1, months: 4, days: 0 });
    const [row] = coverage.symbols;
    const page = renderCoverageHtml({
      ...coverage,
      symbols: row === undefined ? [] : [{ ...row, months: [1, 1, 0.5, null] }],
    });
    // Two full cells as one shape, half a cell, and none.
    expect(page).to.contain('<path class="there" d="M0 14v-14h9v14zM10 14v-7h4v7z"/>');
  });

  it('names the files beside it, by links that are safe', () => {
    expect(renderCoverageHtml(coverageOf(FEW))).to.contain('<a href="coverage.csv">coverage.csv</a>');
    const page = renderCoverageHtml(coverageOf(FEW), { table: '"><b>.csv' });
    expect(page).to.contain('<a href="%22%3E%3Cb%3E.csv">&quot;&gt;&lt;b&gt;.csv</a>');
    expect(page).not.to.contain('coverage.json');
  });

  it('needs no script and nothing from elsewhere', () => {
    const page = renderCoverageHtml(coverageOf(MANY));
    expect(page).not.to.match(/<script|<link|<img|\son\w+=|https?:|url\(/i);
  });
});

describe('the table of the coverage', () => {
  it('has every symbol with every month', () => {
    const coverage = coverageOf(MANY);
    const { data } = Papa.parse<Record<string, string>>(renderCoverageCsv(coverage).trim(), { header: true });
    expect(data).to.have.length(1_430);
    const [row] = coverage.symbols;
    expect(data[0]).to.include({
      ...{ symbol: row?.symbol, first: '1994-11-03', bars: '1239', missing: '0', actions: '2' },
      ...{ series: row?.digest, '1994-11': '0', '1994-12': '0.1', '1999-10': '0.9' },
    });
  });
});
