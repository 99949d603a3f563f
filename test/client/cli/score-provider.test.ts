import { expect } from 'chai';
import { z } from 'zod';

import { fetchWithinBudget, questionsLeft } from '../../../activities/ingest/fetch/fetch-within-budget.js';
import { scoreChampion } from '../../../activities/score/score-champion.js';
import type { BarSeries } from '../../../data/bars/series.js';
import type { RunConfig } from '../../../data/schemas/run-input.js';
import { scoreRowSchema } from '../../../data/schemas/score-log.js';
import { withBreezeCode } from '../../../data/sources/breeze/breeze-code.js';
import { openProvider } from '../../../data/sources/open-source.js';
import type { ProviderName } from '../../../data/sources/provider.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { loadSymbolMaster } from '../../../data/symbols/symbol-master.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import type { SealedRun } from '../../activities/score/sealed-run.js';
import { LAST, approveSealed, sealedRun } from '../../activities/score/sealed-run.js';
import type { FakeYahoo } from '../../fakes/yahoo-server.js';
import { startFakeYahoo } from '../../fakes/yahoo-server.js';
import { calendar } from '../../support/bars.js';
import type { BreezeRig } from '../../support/provider-rig.js';
import { startBreezeRig } from '../../support/provider-rig.js';
import { compareWithBundle } from '../support/compare-with-bundle.js';
import { gurukulHere } from '../support/gurukul-here.js';

const printedSchema = z.looseObject({
  source: z.string(),
  date: z.string(),
  newestSession: z.string(),
  cohort: z.string(),
  log: z.looseObject({ created: z.boolean() }),
  rows: z.array(scoreRowSchema),
  remarks: z.array(z.string()),
});
type Printed = z.output<typeof printedSchema>;

/** The newest bar that the run's own ingest fetched, and that of a later one. */
const [RUN_LAST, NEWEST] = ['2021-12-31', '2022-06-29'];

for (const source of ['yahoo', 'breeze'] as const satisfies readonly ProviderName[])
  describe(`gurukul score of a run on bars of ${source}`, function () {
    this.timeout(600_000);
    /** What the provider has. */
    const market = new Map<string, BarSeries>();
    let rig: BreezeRig;
    let yahoo: FakeYahoo;
    let run: SealedRun;
    let config: RunConfig;

    before(async () => {
      await initBackend();
      rig = await startBreezeRig(market);
      yahoo = await startFakeYahoo({
        now: () => rig.clock.now,
        series: (code) => market.get(code.replace('.NS', '')),
      });
      run = await sealedRun({
        ...{ home: rig.home, source },
        fetch: async (given, series) => {
          config = given;
          for (const bars of series) market.set(bars.symbol, bars);
          await ingest(config);
        },
      });
    });
    after(async () => {
      await yahoo.stop();
      await rig.stop();
    });

    /** Fetches what a run with this configuration needs, as its ingest does. */
    async function ingest(given: RunConfig, without?: string): Promise<void> {
      const universe = await loadUniverse(given.universe, packageRoot);
      const master = await loadSymbolMaster(packageRoot, rig.home);
      const members = universe.members
        .filter(({ symbol }) => symbol !== without)
        .map((member) => withBreezeCode(member, master));
      rig.clock.now += 3_600_000;
      const deps = {
        ...{ home: rig.home, calendar, members, config: given },
        provider: openProvider(source, {
          ...rig.settings,
          yahoo: { ...rig.settings.yahoo, url: yahoo.url },
        }),
        newest: (symbol: string) => symbol,
        since: new Date(rig.clock.now).toISOString(),
        now: () => rig.clock.now,
      };
      const part = await fetchWithinBudget(deps, {
        spend: () => true,
        signal: new AbortController().signal,
      });
      expect(part.message, 'an answer to every question').to.equal(null);
      expect(questionsLeft(deps)).to.deep.equal([]);
    }

    const calls = (): number => yahoo.asked.length + rig.fake.counter.times.length;
    async function scored(...args: readonly string[]): Promise<Printed> {
      const before = calls();
      const context = { home: rig.home, address: '127.0.0.1:1' };
      const ended = await gurukulHere(['score', '--run', run.run, '--json', ...args], context);
      expect(ended.status, ended.stderr).to.equal(0);
      expect(calls(), 'the provider is not asked').to.equal(before);
      return printedSchema.parse(JSON.parse(ended.stdout));
    }

    it('gives the numbers of its bundle for days that the run predicted', async () => {
      const compared = await compareWithBundle(run.predictions, 60, async (date) => scored('--as-of', date));
      expect(compared).to.be.above(30);
    });

    it('scores what was fetched, flags it as stale, and says how to bring the rest', async () => {
      const printed = await scored();
      expect(printed).to.include({ source, date: RUN_LAST });
      expect(printed.newestSession > NEWEST).to.equal(true);
      for (const { flags } of printed.rows) expect(flags).to.include('stale');
      const context = { home: rig.home, address: '127.0.0.1:1' };
      const { stderr } = await gurukulHere(['score', '--run', run.run], context);
      expect(stderr).to.match(
        new RegExp(`note: bring the bars of .* with: gurukul ingest --source ${source} and the flags`),
      );
    });

    it('scores the bars of a later ingest, as the champion, too', async () => {
      const before = await scored('--as-of', NEWEST);
      expect(before.date).to.equal(RUN_LAST);
      const newer = { ...config, to: LAST, completeUntil: LAST };
      const [late = ''] = run.symbols;
      await ingest(newer, late);
      const partly = (await scored('--as-of', NEWEST)).rows;
      expect(partly.filter(({ flags }) => flags.includes('stale')).map(({ symbol }) => symbol)).to.deep.equal(
        [late],
      );
      expect(partly.find(({ symbol }) => symbol === late)).to.include({ date: RUN_LAST, score: null });
      await ingest(newer);
      const printed = await scored('--as-of', NEWEST);
      expect(printed).to.include({ date: NEWEST, newestSession: NEWEST });
      expect(printed.rows.map(({ symbol }) => symbol)).to.not.include(run.former);
      expect(printed.rows.map(({ rank }) => rank)).to.deep.equal(printed.rows.map((_, at) => at + 1));
      for (const row of printed.rows) {
        expect(row).to.include({ date: NEWEST, entry: LAST });
        expect(row.flags).to.not.include('stale');
      }

      expect((await scored('--as-of', '2022-03-15')).date).to.equal('2022-03-15');
      await approveSealed(run);
      const found = await scoreChampion({ home: rig.home, packageRoot, nowMs: rig.clock.now });
      expect(found).to.include({ run: run.run, date: NEWEST, scored: printed.rows.length });
      // The newest day is too young for an outcome; those that the run had do not count.
      expect(found?.sessions).to.equal(1);
    });
  });
