import { appendFileSync } from 'node:fs';

import { expect } from 'chai';
import fc from 'fast-check';

import type {
  EventCountsAnswer,
  EventsAnswer,
  SeriesAnswer,
} from '../../../../client/dashboard/contract/telemetry.js';
import { SeriesBuckets } from '../../../../client/dashboard/server/telemetry/series-buckets.js';
import type { DashboardRig } from '../support/dashboard.js';
import { dashboardRig } from '../support/dashboard.js';
import { asked, noted, writeLines } from './support.js';

const MARKUP = '<img src=x onerror=alert(1)>';

describe('events of a run, for pages', () => {
  let rig: DashboardRig;
  beforeEach(async () => {
    rig = await dashboardRig();
  });
  afterEach(async () => rig.close());

  const page = async (query: string): Promise<EventsAnswer> => {
    const { status, answer, text } = await asked<EventsAnswer>(rig.app, `/api/runs/r/events?${query}`);
    expect(status, text).to.equal(200);
    return answer;
  };

  /** All pages, from the newest to the oldest. */
  const walk = async (limit: number, event: string | undefined): Promise<string[]> => {
    const ids: string[] = [];
    let before: string | null = '';
    while (before !== null) {
      const { events, older }: EventsAnswer = await page(
        `limit=${limit}${before === '' ? '' : `&before=${before}`}${event === undefined ? '' : `&event=${event}`}`,
      );
      ids.push(...events.map(({ id }) => id));
      before = older;
    }
    return ids;
  };

  it('are paged from the newest to the oldest, all or those of one name, through all files', async () => {
    const names = ['window', 'shard', 'phase'];
    const lines = Array.from({ length: 1_700 }, (_, n) =>
      noted(n, n === 3 || n === 1_100 ? 'prior' : (names[n % 3] ?? ''), { text: 'x'.repeat(n % 400) }),
    );
    writeLines(rig.home, 'r', lines.slice(0, 700));
    appendFileSync(rig.home.telemetry('r'), '{"half a li');
    writeLines(rig.home, 'r', lines.slice(700, 1_600), 1);
    writeLines(rig.home, 'r', lines.slice(1_600), 2);
    const ids = lines.map((line) => String(Reflect.get(line, 'id'))).reverse();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 60, max: 500 }),
        fc.constantFrom(undefined, ...names, 'prior', 'none'),
        async (limit, event) => {
          const wanted = event === undefined ? ids : ids.filter((id) => id.startsWith(`${event}/`));
          expect(await walk(limit, event)).to.deep.equal(wanted);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('go on after a cursor, without a gap', async () => {
    writeLines(rig.home, 'r', [noted(0), noted(1)]);
    const { newer, events } = await page('limit=10');
    expect(events.map(({ id }) => id)).to.deep.equal(['note/1', 'note/0']);
    expect((await page(`after=${newer}`)).events).to.deep.equal([]);
    writeLines(rig.home, 'r', [noted(2)]);
    writeLines(rig.home, 'r', [noted(3), noted(4)], 1);
    const next = await page(`after=${newer}&limit=2`);
    expect(next.events.map(({ id }) => id)).to.deep.equal(['note/3', 'note/2']);
    expect((await page(`after=${next.newer}`)).events.map(({ id }) => id)).to.deep.equal(['note/4']);
  });

  it('are sent as they are, whatever they say, and cut where they are long', async () => {
    writeLines(rig.home, 'r', [
      noted(0, MARKUP, { symbol: MARKUP, message: `\u2028</script>${'x'.repeat(5_000)}` }),
      noted(1, 'note', { deep: { text: 'x'.repeat(100_000) } }),
    ]);
    const { events } = await page('');
    expect(events[1]?.fields['symbol']).to.equal(MARKUP);
    expect(String(events[1]?.fields['message'])).to.have.length(2_001);
    expect(JSON.stringify(events)).to.have.length.below(5_000);
  });

  it('are counted by name, and windows by what they came to', async () => {
    const window = (n: number, status: string, reason: string | null = null): object =>
      noted(n, 'window', { status, reason, loss: status === 'succeeded' ? n / 10 : null });
    writeLines(rig.home, 'r', [window(1, 'succeeded'), window(2, 'skipped', 'not_listed')]);
    writeLines(rig.home, 'r', [window(3, 'failed', 'Diverged'), window(4, 'succeeded'), noted(5)], 1);
    const { answer } = await asked<EventCountsAnswer>(rig.app, '/api/runs/r/event-counts');
    expect(answer).to.include({ lines: 5, complete: true, first: '2024-01-01T00:00:01.000Z' });
    expect(answer.bytesRead).to.equal(answer.bytes);
    expect(answer.byEvent).to.deep.equal({ window: 4, note: 1 });
    expect(answer.windows).to.deep.equal({ succeeded: 2, skipped: 1, failed: 1 });
    expect([answer.skippedBy, answer.failedBy]).to.deep.equal([{ not_listed: 1 }, { Diverged: 1 }]);
    writeLines(rig.home, 'r', [window(6, 'succeeded')], 1);
    const loss = await asked<SeriesAnswer>(rig.app, '/api/runs/r/series?name=windowLoss');
    expect(loss.answer.buckets.map(({ min, n }) => [min, n])).to.deep.equal([
      [0.1, 1],
      [0.4, 1],
      [0.6, 1],
    ]);
  });

  it('name every wrong part of a question', async () => {
    for (const [query, words] of [
      ['events?before=x&limit=0', ['before', 'limit']],
      ['events?before=0:1&after=0:1', ['not for both']],
      ['events?where=1', ['where']],
      ['series?name=weather', ['name']],
      ['series?name=windowLoss&points=9999', ['points']],
    ] as const) {
      const { status, text } = await asked(rig.app, `/api/runs/r/${query}`);
      expect(status).to.equal(400);
      for (const word of words) expect(text).to.include(word);
    }
    expect((await asked(rig.app, '/api/runs/..%2Fx/events')).status).to.equal(400);
  });

  it('are none where the run has none', async () => {
    expect(await page('')).to.deep.equal({ events: [], older: null, newer: '0:0' });
    expect((await asked<EventCountsAnswer>(rig.app, '/api/runs/r/event-counts')).answer.lines).to.equal(0);
  });
});

describe('figures over time in bounded memory', () => {
  it('keep every value, its least and its greatest, at any width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 100_000_000 }), fc.double({ min: -9, max: 9, noNaN: true })), {
          minLength: 1,
          maxLength: 300,
        }),
        fc.integer({ min: 1, max: 50 }),
        (values, points) => {
          const series = new SeriesBuckets();
          for (const [at, value] of values) series.add(at, value);
          const { width, buckets } = series.read(-Infinity, Infinity, points);
          expect(buckets.length).to.be.at.most(points);
          expect(buckets.reduce((sum, { n }) => sum + n, 0)).to.equal(values.length);
          for (const { at, n, min, max, mean } of buckets) {
            const inside = values
              .filter(([time]) => time >= at && time < at + width)
              .map(([, value]) => value);
            expect([inside.length, Math.min(...inside), Math.max(...inside)]).to.deep.equal([n, min, max]);
            expect(mean).to.be.within(min - 1e-9, max + 1e-9);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('widen when there are more spans than are kept', () => {
    const series = new SeriesBuckets();
    for (let n = 0; n < 20_000; n += 1) series.add(n * 10_000, n);
    const { buckets } = series.read(-Infinity, Infinity, 2_000);
    expect(buckets.length).to.be.within(600, 2_000);
    expect(buckets.reduce((sum, { n }) => sum + n, 0)).to.equal(20_000);
  });
});
