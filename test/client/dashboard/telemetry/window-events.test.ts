import { expect } from 'chai';
import fc from 'fast-check';

import type { EventsAnswer } from '../../../../client/dashboard/contract/telemetry.js';
import type { WindowAnswer } from '../../../../client/dashboard/contract/training.js';
import { KeyFilter } from '../../../../client/dashboard/server/telemetry/key-filter.js';
import { subjectsOf } from '../../../../client/dashboard/server/telemetry/event-subjects.js';
import { RunIndex } from '../../../../client/dashboard/server/telemetry/run-index.js';
import { planSchema, windowLabel } from '../../../../data/schemas/plan.js';
import { writeJson } from '../../../../data/store/files.js';
import { writeLostShards } from '../../../../data/store/lost-shards.js';
import type { DashboardRig } from '../support/dashboard.js';
import { dashboardRig } from '../support/dashboard.js';
import { asked, noted, writeLines } from './support.js';

const YEARS = [2019, 2020, 2021] as const;
const SHARDS = [['INFY', 'M&M'], ['TCS']] as const;
const label = (symbol: string, year: number): string => windowLabel(symbol, `${year}-01-01`, `${year}-06-30`);
const cohort = (year: number): string => `${year}-01-01_to_${year}-06-30`;

describe('the events of a window, for pages', () => {
  let rig: DashboardRig;
  beforeEach(async () => {
    rig = await dashboardRig();
    const cohorts = YEARS.map((year) => ({
      ...{ id: cohort(year), start: `${year}-01-01`, end: `${year}-06-30` },
      shards: SHARDS.map((symbols) => [...symbols]),
    }));
    const items = YEARS.flatMap((year) =>
      ['INFY', 'LICI', 'M&M', 'TCS'].map((symbol) => ({
        ...{ symbol, start: `${year}-01-01`, end: `${year}-06-30`, bars: 120 },
        ...(symbol === 'LICI'
          ? { status: 'skipped', reason: 'not_listed', detail: null }
          : { status: 'trainable', reason: null, detail: null }),
      })),
    );
    await writeJson(
      rig.home.plan('r'),
      planSchema.parse({
        ...{ windows: 12, trainable: 9, skipped: { not_listed: 3 }, failed: {}, cohorts, shards: 6, items },
      }),
    );
  });
  afterEach(async () => rig.close());

  /** What a window's log has of a line, said in another way than the server does. */
  const isOf =
    (symbol: string, year: number, shard: number | undefined) =>
    (line: object): boolean => {
      const text = JSON.stringify(line);
      if (text.includes('"window":')) return text.includes(`"window":"${label(symbol, year)}"`);
      if (!text.includes(`"cohort":"${cohort(year)}"`)) return false;
      return !text.includes('"shard":') || text.includes(`"shard":${shard}`);
    };

  const events = async (about: string, query = 'limit=500'): Promise<EventsAnswer> => {
    const { status, answer, text } = await asked<EventsAnswer>(
      rig.app,
      `/api/runs/r/events?about=${encodeURIComponent(about)}&${query}`,
    );
    expect(status, text).to.equal(200);
    return answer;
  };

  const walk = async (about: string, limit: number): Promise<string[]> => {
    const ids: string[] = [];
    let before: string | null = '';
    while (before !== null) {
      const { events: some, older }: EventsAnswer = await events(
        about,
        `limit=${limit}${before === '' ? '' : `&before=${before}`}`,
      );
      ids.push(...some.map(({ id }) => id));
      before = older;
    }
    return ids;
  };

  const download = async (
    about: string,
  ): Promise<{ readonly name: string; readonly lines: readonly string[] }> => {
    const { statusCode, payload, headers } = await rig.app.inject({
      url: `/api/runs/r/telemetry.jsonl?about=${encodeURIComponent(about)}`,
      headers: { host: 'localhost' },
    });
    expect(statusCode, payload).to.equal(200);
    return { name: String(headers['content-disposition']), lines: payload.split('\n').slice(0, -1) };
  };

  /** The nth line of a run in which cohorts, shards and windows take turns, and some lines are of the run. */
  const lineOf = (n: number): object => {
    const year = YEARS[Math.floor(n / 7) % 3] ?? 2019;
    const symbol = SHARDS.flat()[n % 3] ?? '';
    if (n % 7 === 0) return noted(n, 'prior', { cohort: cohort(year), arm: 'real', attempt: 1 });
    if (n % 7 === 1) return noted(n, 'shard', { cohort: cohort(year), arm: 'placebo', shard: n % 2 });
    if (n % 7 === 2) return noted(n, 'phase', { text: 'x'.repeat(n % 400) });
    return noted(n, 'window', { window: label(symbol, year), status: 'succeeded', reason: null, loss: 0.6 });
  };

  it('are its own, its shard’s and its cohort’s, paged and as a file', async () => {
    const lines = Array.from({ length: 1_700 }, (_, n) => lineOf(n));
    writeLines(rig.home, 'r', lines.slice(0, 900));
    writeLines(rig.home, 'r', lines.slice(900), 1);
    const windows = [
      ['INFY', 0],
      ['M&M', 0],
      ['TCS', 1],
      ['LICI', undefined],
    ] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...windows),
        fc.constantFrom(...YEARS),
        fc.integer({ min: 20, max: 500 }),
        async ([symbol, shard], year, limit) => {
          const wanted = lines.filter(isOf(symbol, year, shard));
          expect(wanted.length).to.be.greaterThan(50);
          const ids = wanted.map((line) => String(Reflect.get(line, 'id')));
          expect(await walk(label(symbol, year), limit)).to.deep.equal([...ids].reverse());
          expect((await download(label(symbol, year))).lines).to.deep.equal(
            wanted.map((line) => JSON.stringify(line)),
          );
        },
      ),
      { numRuns: 12 },
    );
    const { name } = await download(label('M&M', 2020));
    expect(name).to.equal('attachment; filename="r-M-M_2020-01-01_to_2020-06-30.jsonl"');
  });

  it('go on as they come, and are of one name where that is asked for too', async () => {
    writeLines(rig.home, 'r', [lineOf(0), lineOf(1), lineOf(3)]);
    const { newer } = await events(label('INFY', 2019));
    writeLines(rig.home, 'r', [lineOf(6), noted(7, 'window', { window: label('TCS', 2019) })]);
    writeLines(rig.home, 'r', [noted(8, 'student', { cohort: cohort(2019) })], 1);
    expect((await events(label('INFY', 2019))).events.map(({ id }) => id)).to.deep.equal([
      'student/8',
      'window/6',
      'window/3',
      'prior/0',
    ]);
    expect((await events(label('INFY', 2019), `after=${newer}`)).events.map(({ id }) => id)).to.deep.equal([
      'student/8',
      'window/6',
    ]);
    expect((await events(label('INFY', 2019), 'event=student')).events).to.have.length(1);
  });

  it('are refused of a window that the run has not, and where a question is wrong', async () => {
    const unknown = label('WIPRO', 2019);
    for (const route of ['events', 'telemetry.jsonl', 'window']) {
      const query = `${route === 'window' ? 'window' : 'about'}=${unknown}`;
      const { status, text } = await asked(rig.app, `/api/runs/r/${route}?${query}`);
      expect(status, route).to.equal(400);
      expect(text).to.include(`run r has no window ${unknown}`);
    }
    for (const [query, word] of [
      ['events?about=', 'about'],
      [`events?about=${'x'.repeat(101)}`, 'about'],
      ['telemetry.jsonl?where=1', 'where'],
      [`telemetry.jsonl?about=${unknown}`, 'no window'],
    ] as const) {
      const { status, text } = await asked(rig.app, `/api/runs/r/${query}`);
      expect(status, query).to.equal(400);
      expect(text).to.include(word);
    }
  });

  it('are found without a look at blocks that have none', async () => {
    const cohorts = Array.from({ length: 40 }, (_, n) => 2_000 + n);
    const lines = cohorts.flatMap((year) =>
      Array.from({ length: 512 }, (_, n) => noted(n, 'window', { window: label(`SYM${n}`, year) })),
    );
    writeLines(rig.home, 'r', lines);
    const index = new RunIndex(rig.home, 'r');
    await index.readToEnd();
    for (const year of cohorts) {
      const keys = subjectsOf({ window: label('SYM7', year), cohort: cohort(year), shard: 0 });
      const blocks = index.blocksWith(keys);
      expect(blocks.length).to.be.within(1, 3);
      expect(index.blocksWith(keys, 'prior')).to.deep.equal([]);
    }
  });

  it('tell every attempt that failed, the newest last, and each once', async () => {
    const lost = {
      status: 'failed',
      reason: 'TrainerCrashed',
      error: 'TrainerCrashed',
      message: 'too slow',
      attempt: null,
    };
    const infy = { window: label('INFY', 2020), cohort: undefined };
    const quarantined = { arm: 'real', error: 'OutOfMemory', lastWords: 'heap', attempt: 3 };
    writeLines(rig.home, 'r', [
      noted(0, 'prior', { cohort: cohort(2020), arm: 'real', attempt: 2 }),
      noted(1, 'prior', { cohort: cohort(2019), arm: 'real', attempt: 4 }),
      noted(2, 'window', { ...infy, ...lost, unit: `lost/${cohort(2020)}/0` }),
      noted(3, 'window', { window: label('TCS', 2020), ...lost, unit: `lost/${cohort(2020)}/1` }),
      noted(4, 'window_quarantined', { window: label('M&M', 2020), ...quarantined }),
      noted(4, 'window_quarantined', { window: label('M&M', 2020), ...quarantined }),
      noted(5, 'window', {
        ...infy,
        ...lost,
        error: 'Diverged',
        message: 'loss is NaN',
        unit: 'k',
        attempt: 3,
      }),
      noted(6, 'window', { ...infy, ...lost, error: 'BadSchema', message: 'bars', unit: 'plan' }),
      noted(7, 'shard', { cohort: cohort(2020), arm: 'placebo', shard: 0, attempt: 3 }),
      noted(8, 'shard', { cohort: cohort(2020), arm: 'real', shard: 1, attempt: 2 }),
      noted(9, 'shard', { cohort: cohort(2020), arm: 'real', shard: 0, attempt: 1 }),
    ]);
    const attempts = async (): Promise<(readonly [string, number | null, string])[]> => {
      const query = `window=${label('INFY', 2020)}`;
      const { answer } = await asked<WindowAnswer>(rig.app, `/api/runs/r/window?${query}`);
      return answer.attempts.map(({ of, attempt, error }) => [of, attempt, error]);
    };
    const told = [
      ['prior', 1, ''],
      ['shard', null, 'TrainerCrashed'],
      ['shard', 3, 'OutOfMemory'],
      ['window', 3, 'Diverged'],
      ['shard of the placebo', 2, ''],
    ];
    expect(await attempts()).to.deep.equal(told);
    await writeLostShards(rig.home, 'r', cohort(2020), [
      { shard: 0, error: 'TrainerCrashed', message: 'too slow' },
    ]);
    expect(await attempts(), 'told already').to.deep.equal(told);
    await writeLostShards(rig.home, 'r', cohort(2020), [
      { shard: 0, error: 'TrainerCrashed', message: 'slower' },
    ]);
    expect(await attempts()).to.deep.equal([...told, ['shard', null, 'TrainerCrashed']]);
  });
});

describe('a filter of keys', () => {
  it('has every key that was added, and few others', () => {
    const filter = new KeyFilter();
    expect(filter.mayHave('')).to.equal(false);
    const keys = Array.from({ length: 1_024 }, (_, n) => `window SYM${n}_2020-01-01_to_2020-06-30`);
    for (const key of keys) filter.add(key);
    for (const key of keys) expect(filter.mayHave(key)).to.equal(true);
    const others = keys.map((key) => key.replace('2020-06-30', '2020-07-01'));
    expect(others.filter((key) => filter.mayHave(key)).length).to.be.below(60);
  });
});
