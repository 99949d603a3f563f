import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

import { expect } from 'chai';
import fc from 'fast-check';

import {
  originsOfBar,
  readResponses,
  readFetchedBars,
  readRevisions,
} from '../../../data/bars/fetched-bars.js';
import type { FetchedKey } from '../../../data/bars/fetched-bars.js';
import type { Provenance } from '../../../data/bars/merge-bars.js';
import { mergeBars } from '../../../data/bars/merge-bars.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { sliceBars } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import { sha256 } from '../../../data/store/digests.js';
import { Home } from '../../../data/store/home.js';
import { dailyBars } from '../../support/bars.js';
import { rejection } from '../../support/rejection.js';

const KEY: FetchedKey = { source: 'breeze', symbol: 'TEST', interval: '1day' };

/** A response with a number that identifies it. */
function answered(number: number): Provenance {
  const range = { from: '2022-01-01', to: '2023-01-01' };
  return {
    at: `2026-01-01T00:00:${String(number % 60).padStart(2, '0')}.000Z`,
    asked: range,
    code: 'TESCOD',
    outcome: 'bars',
    status: 200,
    sha256: sha256(String(number)),
    bytes: 1,
    rows: 1,
    settled: range,
    message: null,
  };
}

describe('merging bars', () => {
  let home: Home;
  beforeEach(() => (home = new Home(mkdtempSync(`${tmpdir()}/gurukul-merge-`))));
  afterEach(() => rmSync(home.root, { recursive: true }));

  it('keeps each bar once with its latest values, in whatever pieces and however often bars are merged', async () => {
    const all = dailyBars(30);
    const piece = fc.record({
      first: fc.nat(29),
      length: fc.integer({ min: 1, max: 30 }),
      /** Restates the bar in the middle. */
      restate: fc.option(fc.integer({ min: 1, max: 3 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
        const fresh = new Home(mkdtempSync(`${home.root}/case-`));
        const model = new Map<number, number>();
        let [added, revisions] = [0, 0];
        for (const [number, { first, length, restate }] of pieces.entries()) {
          const bars = sliceBars(all, first, first + length);
          if (restate !== null) bars.volume[bars.volume.length >> 1] = restate;
          let expected = { added: 0, revised: 0 };
          bars.time.forEach((time, bar) => {
            const [was, now] = [model.get(time), bars.volume[bar] ?? NaN];
            if (was === undefined) expected = { ...expected, added: expected.added + 1 };
            else if (was !== now) expected = { ...expected, revised: expected.revised + 1 };
            model.set(time, now);
          });
          expect(await mergeBars(fresh, KEY, bars, answered(number))).to.deep.equal(expected);
          // A repeated merge changes nothing.
          expect(await mergeBars(fresh, KEY, bars, answered(number))).to.deep.equal({ added: 0, revised: 0 });
          added += expected.added;
          revisions += expected.revised;
        }
        const series = await readFetchedBars(fresh, KEY);
        const times = [...model.keys()].sort((a, b) => a - b);
        expect([...(series?.time ?? [])]).to.deep.equal(times);
        expect([...(series?.volume ?? [])]).to.deep.equal(times.map((time) => model.get(time)));
        expect(added).to.equal(model.size);
        expect(readResponses(fresh, KEY)).to.have.length(2 * pieces.length);
        expect(readRevisions(fresh, KEY)).to.have.length(revisions);
      }),
      { numRuns: 25 },
    );
  });

  it('records a restated bar with old and new values, time and response', async () => {
    const bars = dailyBars(5);
    await mergeBars(home, KEY, bars, answered(1));
    const restated: BarSeries = {
      ...sliceBars(bars, 2, 4),
      close: Float64Array.of(99.5, bars.close[3] ?? 0),
    };
    expect(await mergeBars(home, KEY, restated, answered(2))).to.deep.equal({ added: 0, revised: 1 });
    const [revision, ...others] = readRevisions(home, KEY);
    expect(others).to.deep.equal([]);
    expect(revision).to.deep.include({ bar: '2022-01-05', at: answered(2).at, answer: sha256('2') });
    expect([revision?.was.close, revision?.now.close]).to.deep.equal([bars.close[2], 99.5]);
    expect((await readFetchedBars(home, KEY))?.close[2]).to.equal(99.5);
  });

  it('finds the responses that added or revised a bar, newest first', async () => {
    const bars = dailyBars(5);
    await mergeBars(home, KEY, sliceBars(bars, 0, 3), answered(1));
    await mergeBars(home, KEY, sliceBars(bars, 2, 5), answered(2));
    const digests = async (bar: number): Promise<unknown> =>
      (await originsOfBar(home, KEY, bars.time[bar] ?? 0)).map(({ answer }) => answer.sha256);
    expect(await digests(2), 'sent again, not changed').to.deep.equal([sha256('1')]);
    expect(await digests(4)).to.deep.equal([sha256('2')]);
    await mergeBars(home, KEY, { ...bars, open: bars.open.map((price) => price + 0.1) }, answered(3));
    expect(await digests(2)).to.deep.equal([sha256('3'), sha256('1')]);
    expect((await originsOfBar(home, KEY, bars.time[2] ?? 0)).map(({ values }) => values.open)).to.deep.equal(
      [(bars.open[2] ?? 0) + 0.1, bars.open[2]],
    );
    expect((await originsOfBar(home, KEY, 5)).length, 'no such bar').to.equal(0);
  });

  it('keeps the bars of concurrent merges', async () => {
    const bars = dailyBars(20);
    await Promise.all(
      [0, 5, 10].map((first) => mergeBars(home, KEY, sliceBars(bars, first, first + 10), answered(first))),
    );
    expect(await readFetchedBars(home, KEY)).to.deep.equal({ ...bars, symbol: 'TEST' });
  });

  it('ignores a partial line left by a crash, and the next merge restores its bars', async () => {
    const bars = dailyBars(4);
    const restated = { ...bars, close: bars.close.map((price) => price + 1) };
    await mergeBars(home, KEY, bars, answered(1));
    await mergeBars(home, KEY, restated, answered(2));
    const log = home.fetchedAnswers('breeze', 'TEST', '1day');
    const whole = readFileSync(log, 'utf8');
    writeFileSync(log, whole.slice(0, -40));
    expect(await readFetchedBars(home, KEY)).to.deep.equal(bars);
    await mergeBars(home, KEY, restated, answered(2));
    expect(await readFetchedBars(home, KEY)).to.deep.equal(restated);
    expect(readRevisions(home, KEY)).to.have.length(4);
  });

  it('logs responses without bars', async () => {
    const nothing: Provenance = {
      ...answered(1),
      outcome: 'down',
      sha256: null,
      settled: null,
      message: 'reset',
    };
    expect(await mergeBars(home, KEY, null, nothing)).to.deep.equal({ added: 0, revised: 0 });
    expect(readResponses(home, KEY)).to.deep.equal([{ ...nothing, added: 0, revised: 0, file: null }]);
    expect(await readFetchedBars(home, KEY)).to.equal(null);
  });

  it('refuses a stored file that was changed', async () => {
    await mergeBars(home, KEY, dailyBars(4), answered(1));
    const [answer] = readResponses(home, KEY);
    appendFileSync(home.absolute(answer?.file?.uri ?? ''), '2022-02-01,1,1,1,1,1\n');
    const error = await rejection(readFetchedBars(home, KEY), GurukulError);
    expect(error.type).to.equal('ChecksumMismatch');
  });
});
