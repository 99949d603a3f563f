import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { MockActivityEnvironment } from '@temporalio/testing';
import { expect } from 'chai';

import type { SealedIngest } from '../../../activities/ingest/activities.js';
import { createIngestActivities } from '../../../activities/ingest/index.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import type { IngestManifest } from '../../../data/schemas/ingest.js';
import { ingestManifestSchema } from '../../../data/schemas/ingest.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { readJsonRef, writeRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { dayNumber, isoDate } from '../../../data/time/dates.js';
import { calendar } from '../../support/bars.js';

const SYMBOLS = ['INFY', 'SBIN', 'TCS'];

describe('days outside of the calendar’s years', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'gurukul-years-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Bars from 2026-10 to 2027-01-30; the calendar ends with 2026. `own` says on which days of 2027 a symbol has one. */
  function put(own: (symbol: string, date: string) => 'traded' | 'flat' | 'none'): void {
    mkdirSync(path.join(folder, 'bars'), { recursive: true });
    SYMBOLS.forEach((symbol, index) => {
      const rows: string[] = [];
      for (let day = dayNumber('2026-10-01'); day < dayNumber('2027-01-31'); day += 1) {
        const date = isoDate(day);
        const kind = day < calendar.to ? (calendar.isSession(day) ? 'traded' : 'none') : own(symbol, date);
        const price = (100 + 5 * Math.sin((1 + index) * day)).toFixed(2);
        if (kind === 'traded')
          rows.push(`${date},${price},${Number(price) + 1},${Number(price) - 1},${price},1000`);
        if (kind === 'flat') rows.push(`${date},${price},${price},${price},${price},0`);
      }
      writeFileSync(
        path.join(folder, 'bars', `${symbol}.csv`),
        `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`,
      );
    });
  }

  /** The manifest of a plan, which is that of the run. */
  async function ingest(): Promise<IngestManifest> {
    const config = {
      ...runInputSchema.parse({
        source: 'csv',
        bars: path.join(folder, 'bars'),
        from: '2026-10-01',
        to: '2027-03-01',
        symbols: SYMBOLS,
      }),
      runId: 'run1',
    };
    const home = new Home(path.join(folder, 'home'));
    const { bars, files: _files, ...planned } = await ingestInMemory(config, { home, packageRoot });
    expect([...bars.keys()]).to.deep.equal(SYMBOLS);
    for (const { symbol, bars: count } of planned.series)
      expect(bars.get(symbol)?.time, symbol).to.have.length(count);
    const activities = createIngestActivities({ home, packageRoot });
    const symbols = await writeRef(home, home.symbols('run1'), canonicalJson(SYMBOLS), SYMBOLS.length);
    const environment = new MockActivityEnvironment();
    await environment.run(() => activities.ingestSymbols({ config, symbols, batch: 0, batches: 1 }));
    const { ref } = await environment.run((): Promise<SealedIngest> =>
      activities.sealIngest({ config, batches: 1 }),
    );
    expect(await readJsonRef(home, ref, ingestManifestSchema)).to.deep.equal(planned);
    return planned;
  }

  const isWeekday = (date: string): boolean => ![0, 6].includes((dayNumber(date) + 4) % 7);
  const weekdays = Array.from({ length: 29 }, (_, day) => isoDate(dayNumber('2027-01-01') + day)).filter(
    isWeekday,
  );

  it('are sessions where half of the symbols have them; bars of other days are left out', async () => {
    // The exchange is closed on the 26th: one symbol has a bar with trades, all others flat ones. It is also the only
    // one with a bar on the last Saturday.
    put((symbol, date) => {
      if (date === '2027-01-26') return symbol === 'TCS' ? 'traded' : 'flat';
      return isWeekday(date) || (symbol === 'TCS' && date === '2027-01-30') ? 'traded' : 'none';
    });
    const manifest = await ingest();
    const sessions = weekdays.filter((date) => date !== '2027-01-26');
    expect(manifest.observedSessions).to.deep.equal(sessions);
    const before = calendar.sessionsBetween(dayNumber('2026-10-01'), calendar.to).length;
    for (const { symbol, status, bars, last, findings } of manifest.series) {
      expect({ status, bars, last }).to.deep.equal({
        status: 'ok',
        bars: before + sessions.length,
        last: '2027-01-29',
      });
      expect(
        findings.map(({ severity, code }) => `${severity} ${code}`),
        symbol,
      ).to.have.members([
        'info outside_calendar',
        'info closed_day',
        ...(symbol === 'TCS' ? ['info closed_day'] : []),
      ]);
    }
    expect(manifest.coverage?.until).to.equal('2027-01-30');
    expect(manifest.coverage?.gates.map(({ code }) => code)).to.include('observed_sessions');
  });

  it('are missing where a symbol lacks one, and are part of the digest', async () => {
    put((_, date) => (isWeekday(date) ? 'traded' : 'none'));
    const whole = await ingest();
    expect(whole.observedSessions).to.deep.equal(weekdays);
    put((symbol, date) =>
      isWeekday(date) && !(symbol === 'SBIN' && date === '2027-01-12') ? 'traded' : 'none',
    );
    const manifest = await ingest();
    expect(manifest.observedSessions).to.deep.equal(weekdays);
    expect(manifest.series.map(({ missingSessions }) => missingSessions)).to.deep.equal([0, 1, 0]);
    expect(manifest.coverage?.days.map(({ date, symbols }) => [date, symbols])).to.deep.equal([
      ['2027-01-12', ['SBIN']],
    ]);
    expect(manifest.digest).not.to.equal(whole.digest);
  });
});
