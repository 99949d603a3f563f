import { expect } from 'chai';

import { settleSmallActions } from '../../../activities/ingest/settle-small-actions.js';
import type { SeriesDays } from '../../../activities/ingest/twins.js';
import { dailyCloses } from '../../../activities/ingest/twins.js';
import { randomStream } from '../../../data/random.js';
import type { SeriesRecord } from '../../../data/schemas/ingest.js';
import { isoDate } from '../../../data/time/dates.js';
import { calendar, dailyBars } from '../../support/bars.js';

const CRASH = 120;
const EX_DATE = isoDate((dailyBars(200).time[CRASH] ?? 0) / 1440);
const RIGHTS = { exDate: EX_DATE, priceFactor: 1.1, kind: 'rights' };

/** A symbol whose price gaps down by a logarithm on the ex-date, and moves little on the others. */
function symbolWith(symbol: string, gap: number): SeriesDays {
  const random = randomStream(['market', symbol]);
  return dailyCloses(
    dailyBars(200, {
      symbol,
      spoil: (columns) => {
        let price = 500;
        for (let bar = 0; bar < 200; bar += 1) {
          const open = price * Math.exp(0.005 * random.normal() + (bar === CRASH ? gap : 0));
          price = open * Math.exp(0.01 * random.normal());
          columns.open[bar] = open;
          columns.close[bar] = price;
        }
      },
    }),
  );
}

function record(symbol: string): SeriesRecord {
  return {
    symbol,
    status: 'ok',
    reason: null,
    error: null,
    ref: null,
    first: '2022-01-03',
    last: '2022-10-20',
    bars: 200,
    missingSessions: 0,
    actions: 1,
    corporateActions: [RIGHTS],
    unsettledActions: [RIGHTS],
    findings: [],
  };
}

/** What becomes of a symbol's small action when the market falls by a logarithm on its ex-date. */
function settled(own: number, market: number, others = 6): SeriesRecord {
  const days = [
    symbolWith('TEST', own),
    ...Array.from({ length: others }, (_, index) => symbolWith(`S${index}`, market)),
  ];
  const [first] = settleSmallActions([record('TEST')], days, calendar, 'by evidence');
  if (first === undefined) throw new Error('no record');
  return first;
}

describe('small corporate actions', () => {
  const size = Math.log(1.1);

  it('are applied where the symbol falls by as much and the market does not', () => {
    const found = settled(-size, 0);
    expect(found).to.deep.include({ status: 'ok', actions: 1, corporateActions: [RIGHTS], findings: [] });
    expect(found).not.to.have.property('unsettledActions');
  });

  it('are left out where the whole market falls by as much: the bars are adjusted', () => {
    const crash = settled(-size, -size);
    expect(crash).to.deep.include({ status: 'ok', actions: 0, corporateActions: [] });
    expect(crash.findings.map(({ severity, code }) => `${severity} ${code}`)).to.deep.equal([
      'warning adjusted_already',
    ]);
    expect(settled(-2 * size, -size)).to.deep.include({ actions: 1, findings: [] });
  });

  it('are taken alone where there are too few other symbols', () => {
    expect(settled(-size, -size, 3)).to.deep.include({ actions: 1, findings: [] });
  });

  it('stop a symbol where they remain unclear', () => {
    const found = settled(-size / 2, 0);
    expect(found).to.include({ status: 'refused', error: 'BadSchema' });
    expect(found.reason).to.match(/^TEST: the bars do not tell whether .* --adjust splits .* --adjust none/);
  });
});
