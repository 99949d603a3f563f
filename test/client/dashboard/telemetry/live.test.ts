import { appendFileSync } from 'node:fs';

import { expect } from 'chai';

import type { Listener } from '../../../../client/dashboard/server/telemetry/live-telemetry.js';
import { LiveTelemetry } from '../../../../client/dashboard/server/telemetry/live-telemetry.js';
import { telemetryEnd } from '../../../../data/telemetry/read-telemetry.js';
import { recordEvent } from '../../../../data/telemetry/telemetry.js';
import { until } from '../../../support/until.js';
import type { DashboardRig } from '../support/dashboard.js';
import { dashboardRig } from '../support/dashboard.js';
import type { Page } from './support.js';
import { asked, noted, openStream, writeLines } from './support.js';

describe('what happens, as pages are told', function () {
  this.timeout(300_000);
  let rig: DashboardRig;
  let url: string;
  const pages: Page[] = [];
  beforeEach(async () => {
    rig = await dashboardRig();
    url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) page.close();
    await rig.close();
  });

  const open = async (query = 'run=r', lastEventId?: string): Promise<Page> => {
    const page = await openStream(url, query, lastEventId);
    pages.push(page);
    return page;
  };
  const notes = (from: number, to: number): object[] =>
    Array.from({ length: to - from }, (_, n) => noted(from + n));
  const named = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, n) => `note/${from + n}`);

  it('begins with the newest events and goes on with each as it is written', async () => {
    writeLines(rig.home, 'r', notes(0, 300));
    const page = await open();
    await until(() => page.ids().length === 200);
    expect(page.ids()).to.deep.equal(named(100, 300));
    recordEvent(rig.home, 'r', { event: 'note', id: 'note/300' });
    await until(() => page.ids().includes('note/300'));
    expect(page.ids()).to.deep.equal(named(100, 301));
  });

  it('begins before the run has written anything', async () => {
    const page = await open();
    recordEvent(rig.home, 'r', { event: 'note', id: 'note/0' });
    await until(() => page.ids().length > 0);
    expect(page.ids()).to.deep.equal(['note/0']);
  });

  it('sends what was missed when a page or the server comes back', async () => {
    writeLines(rig.home, 'r', notes(0, 5));
    const page = await open();
    await until(() => page.ids().length === 5);
    page.close();
    const { home } = rig;
    const left = page.lastId();
    expect(left).to.match(/^r:0:\d+$/);
    // The same home, served by another process.
    await rig.app.close();
    writeLines(home, 'r', notes(5, 8));
    writeLines(home, 'r', notes(8, 9), 1);
    const again = await dashboardRig({}, { home });
    try {
      url = await again.app.listen({ host: '127.0.0.1', port: 0 });
      const [byHeader, byAddress] = [await open('run=r', left), await open(`run=r&after=${left}`)];
      await until(() => byHeader.ids().length === 4 && byAddress.ids().length === 4);
      expect(byHeader.ids()).to.deep.equal(named(5, 9));
      writeLines(home, 'r', notes(9, 10), 1);
      await until(() => byHeader.ids().length === 5);
      byHeader.close();
      const third = await open('run=r', byHeader.lastId());
      writeLines(home, 'r', notes(10, 11), 1);
      await until(() => third.ids().length > 0);
      expect(third.ids(), 'nothing twice').to.deep.equal(['note/10']);
    } finally {
      for (const one of pages.splice(0)) one.close();
      await again.close();
    }
  });

  it('tells nothing twice to a page that asked for events before they were told', async () => {
    const live = new LiveTelemetry(rig.home);
    try {
      writeLines(rig.home, 'r', notes(0, 5));
      const woken: string[] = [];
      const listener = (name: string): Listener => ({
        ...{ run: 'r', wake: () => woken.push(name), changed: new Set<string>() },
      });
      await live.listen(listener('first'));
      writeLines(rig.home, 'r', notes(5, 7));
      const shown = await telemetryEnd(rig.home, 'r');
      const feed = await live.listen(listener('second'), shown);
      expect(await feed?.first(shown)).to.deep.equal({ events: [], leftOut: 0, next: shown });
      expect(woken, 'what was read for one page is told to all').to.include('first');
    } finally {
      live.close();
    }
  });

  it('waits for the end of a line, and passes over half of one', async () => {
    const page = await open();
    writeLines(rig.home, 'r', notes(0, 1));
    await until(() => page.ids().length === 1);
    const whole = JSON.stringify(noted(1));
    appendFileSync(rig.home.telemetry('r'), whole.slice(0, 30));
    recordEvent(rig.home, 'other', { event: 'phase', id: 'phase/plan', phase: 'plan' });
    await until(() => page.messages.some(({ event }) => event === 'runs'));
    expect(page.ids()).to.deep.equal(['note/0']);
    appendFileSync(rig.home.telemetry('r'), `${whole.slice(30)}\n`);
    await until(() => page.ids().length === 2);
    appendFileSync(rig.home.telemetry('r'), '{"event":"no');
    recordEvent(rig.home, 'r', { event: 'note', id: 'after' });
    await until(() => page.ids().length === 3);
    expect(page.ids().at(-1)).to.equal('after');
  });

  it('makes a burst of 10,000 lines a few messages, and says how many were left out', async () => {
    const page = await open();
    await until(() => page.messages.length === 1);
    writeLines(rig.home, 'r', notes(0, 10_000));
    await until(() => page.ids().includes('note/9999'));
    const sent = page.messages.slice(1);
    expect(sent.length).to.be.below(30);
    const all = sent.reduce((sum, { data }) => sum + (data.events?.length ?? 0) + (data.leftOut ?? 0), 0);
    expect(all).to.equal(10_000);
    expect(Math.max(...sent.map(({ data }) => data.events?.length ?? 0))).to.be.at.most(500);
  });

  it('says how many a page missed that was away for long', async () => {
    writeLines(rig.home, 'r', notes(0, 3_000));
    const page = await open('run=r&after=r:0:0');
    await until(() => page.messages.length === 1);
    expect(page.ids()).to.deep.equal(named(2_500, 3_000));
    expect(page.messages[0]?.data.leftOut).to.equal(2_500);
  });

  it('tells 20 pages of 50 runs, each of its own run and of the state of all', async () => {
    const runs = Array.from({ length: 50 }, (_, n) => `run_${n}`);
    for (const run of runs) writeLines(rig.home, run, notes(0, 3));
    const opened = await Promise.all(runs.slice(0, 20).map(async (run) => open(`run=${run}`)));
    await until(() => opened.every((page) => page.ids().length === 3));
    for (const run of runs)
      recordEvent(rig.home, run, { event: 'phase', id: `phase/${run}`, phase: 'teach' });
    const told = (page: Page): Set<string> => new Set(page.messages.flatMap(({ data }) => data.runs ?? []));
    await until(() => opened.every((page) => page.ids().length === 4 && told(page).size === 50));
    for (const [at, page] of opened.entries()) expect(page.ids()[3]).to.equal(`phase/run_${at}`);
  });

  it('tells of a new run, and of none whose state stays', async () => {
    const page = await open('');
    recordEvent(rig.home, 'fresh', { event: 'note', id: 'note/0' });
    await until(() => page.messages.length > 0);
    expect(page.messages[0]).to.deep.include({ event: 'runs', data: { runs: ['fresh'] } });
    recordEvent(rig.home, 'fresh', { event: 'note', id: 'note/1' });
    recordEvent(rig.home, 'fresh', { event: 'decision', id: 'decision/1', verdict: 'approved' });
    await until(() => page.messages.length > 1);
    expect(page.messages).to.have.length(2);
  });

  it('refuses what is no run and no place', async () => {
    for (const query of ['run=../x', 'run=r&after=nonsense', 'what=1'])
      expect((await asked(rig.app, `/api/live?${query}`)).status, query).to.equal(400);
  });
});
