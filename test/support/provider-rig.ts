import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readFetchedBars } from '../../data/bars/fetched-bars.js';
import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../data/bars/series.js';
import type { Interval } from '../../data/schemas/run-choices.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import type { UniverseMember } from '../../data/schemas/universe.js';
import type { ProviderSettings } from '../../data/sources/provider-settings.js';
import { providerSettings } from '../../data/sources/provider-settings.js';
import type { QuotaLimits } from '../../data/sources/quota-limits.js';
import { openSyntheticSource } from '../../data/sources/synthetic/synthetic-source.js';
import { readDays } from '../../data/sources/wanted-days.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { MINUTES_PER_DAY, dayNumber, startOfDate } from '../../data/time/dates.js';
import { loadUniverse } from '../../data/universe/universe.js';
import type { FakeBreeze } from '../fakes/breeze-server.js';
import { startFakeBreeze } from '../fakes/breeze-server.js';
import { calendar } from './bars.js';

/** Bars that a fake provider has, by symbol. */
export type Market = ReadonlyMap<string, BarSeries>;

export async function nifty100(): Promise<readonly UniverseMember[]> {
  return (await loadUniverse('nifty100', packageRoot)).members;
}

/** Synthetic daily bars of every symbol of the NIFTY 100 that is not excluded. */
export async function dailyMarket(): Promise<Market> {
  const universe = await loadUniverse('nifty100', packageRoot);
  const source = openSyntheticSource(
    { source: 'synthetic', interval: '1day', seed: 7 },
    { packageRoot, universe, calendar },
  );
  const market = new Map<string, BarSeries>();
  for (const { symbol } of universe.members) {
    const { series } = await source.read(symbol);
    if (series !== null) market.set(symbol, series);
  }
  return market;
}

/** 75 bars for every session of `[from, to)`. */
export function intradayBars(symbol: string, from: string, to: string): BarSeries {
  const sessions = [...calendar.sessionsBetween(dayNumber(from), dayNumber(to))];
  const time = sessions.flatMap((day) =>
    Array.from({ length: 75 }, (_, bar) => day * MINUTES_PER_DAY + 555 + 5 * bar),
  );
  const wave = (shift: number): Float64Array =>
    Float64Array.from(time, (minutes) => 100 + shift + Math.round(100 * Math.sin(minutes / 700)) / 100);
  return {
    symbol,
    interval: '5minute',
    time: Int32Array.from(time),
    open: wave(0),
    high: wave(1),
    low: wave(-1),
    close: wave(0.5),
    volume: Float64Array.from(time, (minutes) => 1000 + (minutes % 500)),
  };
}

/** A home, a clock that a test controls, and a fake Breeze server with a market by ICICI Direct's codes. */
export interface BreezeRig {
  readonly home: Home;
  readonly fake: FakeBreeze;
  readonly clock: { now: number };
  readonly settings: ProviderSettings;
  /** Logs in like the user in the browser, and stores the API_Session where the provider reads it. */
  readonly login: () => void;
  /** The bars that the home should have in the end. */
  readonly truth: (symbol: string, config: Pick<RunConfig, 'from' | 'to' | 'interval'>) => BarSeries | null;
  readonly fetched: (symbol: string, interval: Interval) => Promise<BarSeries | null>;
  readonly stop: () => Promise<void>;
}

export async function startBreezeRig(
  market: Market,
  options: {
    readonly limits?: QuotaLimits;
    readonly realClock?: boolean;
    readonly delayMs?: number;
    /** Credentials are in their file, not in the environment. */
    readonly inFile?: boolean;
  } = {},
): Promise<BreezeRig> {
  const members = await nifty100();
  const codes = new Map(members.map(({ isecCode, symbol }) => [isecCode, symbol]));
  // An afternoon, so that the day's quota is that of one day.
  const clock = { now: Date.parse('2026-03-02T15:00:00+05:30') };
  const home = new Home(mkdtempSync(`${tmpdir()}/gurukul-provider-`));
  const fake = await startFakeBreeze({
    now: () => (options.realClock === true ? Date.now() : clock.now),
    series: (code, interval) => {
      const series = market.get(codes.get(code) ?? '');
      return series?.interval === interval ? series : undefined;
    },
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.delayMs === undefined ? {} : { delayMs: options.delayMs }),
  });
  const env: NodeJS.ProcessEnv = {
    GURUKUL_BREEZE_URL: fake.url,
    GURUKUL_BREEZE_LOGIN_URL: fake.url,
  };
  const login = (): void => {
    const [apiKey, apiSession] = ['fake-api-key', fake.login()];
    if (options.inFile !== true) {
      Object.assign(env, { BREEZE_API_KEY: apiKey, BREEZE_API_SESSION: apiSession });
      return;
    }
    mkdirSync(path.dirname(home.breezeCredentials()), { recursive: true });
    writeFileSync(home.breezeCredentials(), JSON.stringify({ apiKey, apiSession }), { mode: 0o600 });
  };
  login();
  const settings = providerSettings(home, env);
  return {
    home,
    fake,
    clock,
    settings: {
      ...settings,
      breeze: { ...settings.breeze, ...(options.limits === undefined ? {} : { limits: options.limits }) },
      callTimeoutMs: 4_000,
    },
    login,
    truth: (symbol, config) => {
      const all = market.get(symbol);
      const { from, to } = readDays({ ...config, source: 'breeze' });
      if (all === undefined) return null;
      return sliceBars(all, lowerBound(all.time, startOfDate(from)), lowerBound(all.time, startOfDate(to)));
    },
    fetched: async (symbol, interval) => readFetchedBars(home, { source: 'breeze', symbol, interval }),
    stop: async () => {
      await fake.stop();
      rmSync(home.root, { recursive: true });
    },
  };
}

/** A run's configuration with a change. */
export function providerConfig(change: Partial<RunConfig>): RunConfig {
  return { ...runInputSchema.parse({ source: 'breeze' }), runId: 'test', ...change };
}
