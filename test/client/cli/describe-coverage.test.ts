import { expect } from 'chai';

import { stoppedLines } from '../../../client/cli/describe-coverage.js';
import type { Coverage, CoverageRow } from '../../../data/schemas/coverage.js';

const row = (symbol: string, verdict: CoverageRow['verdict'], code?: string): CoverageRow => ({
  symbol,
  status: verdict === 'stopped' ? 'refused' : 'ok',
  first: '2022-01-03',
  last: '2022-03-01',
  bars: 40,
  sessions: 40,
  missing: 0,
  actions: 0,
  digest: null,
  verdict,
  exclusion: null,
  reasons: code === undefined ? [] : [{ code, severity: 'error', count: 1 }],
  months: [],
});

const coverageOf = (symbols: CoverageRow[]): Coverage => ({
  source: 'breeze',
  interval: '1day',
  adjust: 'splits',
  from: '2022-01-01',
  to: '2022-04-01',
  until: '2022-04-01',
  lastSession: '2022-03-31',
  digest: 'd',
  gates: [],
  symbols,
  firstMonth: '2022-01',
  days: [],
});

describe('what an ingest says of stopped symbols', () => {
  it('names each with why and how to fix it, and no other', () => {
    const rows = [row('ITC', 'complete'), row('TCS', 'stopped', 'unexplained_jump')];
    const lines = stoppedLines(coverageOf(rows));
    expect(lines).to.have.length(2);
    expect(lines[0]).to.match(/^TCS stopped: .{10,}/);
    expect(lines[1]).to.match(/^Fix \(.*\): gurukul actions check with the same flags/);
    expect(stoppedLines(coverageOf([row('ITC', 'complete')]))).to.deep.equal([]);
  });

  it('counts the rest of many', () => {
    const lines = stoppedLines(
      coverageOf(Array.from({ length: 23 }, (_, index) => row(`S${index}`, 'stopped', 'unexplained_jump'))),
    );
    expect(lines).to.have.length(22);
    expect(lines[20]).to.equal('and 3 symbols more: see the coverage');
  });
});
