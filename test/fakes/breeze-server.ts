import type { IncomingMessage, ServerResponse } from 'node:http';

import { z } from 'zod';

import { formatBarTime } from '../../data/bars/bar-time.js';
import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound } from '../../data/bars/series.js';
import type { Random } from '../../data/random.js';
import { randomStream } from '../../data/random.js';
import type { Interval } from '../../data/schemas/run-choices.js';
import type { QuotaLimits } from '../../data/sources/quota-limits.js';
import { callsPerMinuteAndDay } from '../../data/sources/quota-limits.js';
import { startOfDate } from '../../data/time/dates.js';
import type { CallCounter } from './call-counter.js';
import { callCounter } from './call-counter.js';
import type { LineFault } from './http-server.js';
import { LINE_FAULTS, sendBadly, serveLocally } from './http-server.js';

const MAX_CANDLES = 1000;
const HTML = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';
const PRODUCT = {
  interval: z.enum(['1day', '5minute']),
  exch_code: z.literal('NSE'),
  product_type: z.literal('cash'),
};
const querySchema = z.object({
  ...PRODUCT,
  from_date: z.iso.datetime(),
  to_date: z.iso.datetime(),
  stock_code: z.string(),
});
const loginSchema = z.object({ SessionToken: z.string(), AppKey: z.string() });

/** Responses that are complete but unusual. */
const ODDITIES = ['strings', 'doubled', 'disorder'] as const;
/** Responses without usable bars. */
const REFUSALS = ['500', '500 html', '502 html', '401 user', 'wrong series'] as const;
export const BREEZE_FAULTS = [...LINE_FAULTS, ...ODDITIES, ...REFUSALS] as const;
export type BreezeFault = (typeof BREEZE_FAULTS)[number];

/** How a day's first candle cannot be right. */
export type Doubt = 'twice' | 'outside its range' | 'zero' | 'text' | 'negative volume';

export interface FakeBreezeOptions {
  /** The provider's clock, which a test may set. */
  readonly now: () => number;
  /** Bars by ICICI Direct's code; undefined for every other code, NSE symbols among them. */
  readonly series: (code: string, interval: Interval) => BarSeries | undefined;
  readonly limits?: QuotaLimits;
  readonly apiKey?: string;
  /** Delay of each response in milliseconds. @default 0 */
  readonly delayMs?: number;
}

/** A running fake of Breeze. */
export interface FakeBreeze {
  readonly url: string;
  readonly counter: CallCounter;
  /** Logs in as the user does in the browser. @returns An API_Session, valid until midnight. */
  login(): string;
  /** Injects faults into this share of the responses, chosen at random from a seed. @param ways Default: all faults. */
  spoil(share: number, seed: number, ways?: readonly BreezeFault[]): void;
  /** Injects faults into the next responses, one after the other. */
  spoilNext(...faults: readonly BreezeFault[]): void;
  /** Days whose first candle is doubtful in every response, by ISO date. */
  readonly doubts: Map<string, Doubt>;
  /** The requests for bars, in order. */
  readonly asked: readonly { readonly code: string; readonly from: string; readonly to: string }[];
  readonly stop: () => Promise<void>;
}

/**
 * A fake of ICICI Direct's Breeze over real HTTP: sessions that end at midnight, quotas with every kind of error that
 * reports them, silent truncation after 1,000 candles, empty responses for unknown codes, and, on request, all faults
 * of network and server.
 */
export async function startFakeBreeze(options: FakeBreezeOptions): Promise<FakeBreeze> {
  const { now, series, limits = callsPerMinuteAndDay(100, 5_000), apiKey = 'fake-api-key' } = options;
  const { delayMs = 0 } = options;
  const counter = callCounter(limits, now);
  const sessions = new Map<string, number>();
  const asked: { code: string; from: string; to: string }[] = [];
  const queued: BreezeFault[] = [];
  const doubts = new Map<string, Doubt>();
  let faults: { readonly share: number; readonly random: Random; readonly ways: readonly BreezeFault[] } = {
    share: 0,
    random: randomStream([0]),
    ways: BREEZE_FAULTS,
  };
  let refusals = 0;
  let logins = 0;

  const dayOf = (time: number): number => Math.floor((time + limits.dayOffsetMs) / limits.dayMs);
  const isGood = (session: string): boolean => {
    const since = sessions.get(session);
    return since !== undefined && dayOf(since) === dayOf(now());
  };
  const fault = (): BreezeFault | undefined => {
    const next = queued.shift();
    if (next !== undefined) return next;
    const { share, random, ways } = faults;
    if (share === 0 || random.uniform() >= share) return undefined;
    return ways[random.integer(0, ways.length - 1)];
  };
  /** Cycles through the ways in which Breeze reports that a limit is reached. */
  const refuse = (response: ServerResponse, limit: 'span' | 'day'): void => {
    refusals += 1;
    const text = `Limit exceed: API call per ${limit === 'day' ? 'day' : 'minute'}:Try after some time`;
    if (refusals % 3 === 0) sendHtml(response, 502);
    else sendJson(response, refusals % 3 === 1 ? 200 : 401, { Success: null, Status: 5, Error: text });
  };

  const login = (body: string, response: ServerResponse): void => {
    const parsed = loginSchema.safeParse(parseJson(body));
    if (!parsed.success) {
      sendJson(response, 200, failure(500, 'Request body is missing.'));
      return;
    }
    const { SessionToken, AppKey } = parsed.data;
    if (AppKey !== apiKey) {
      sendJson(response, 200, failure(500, 'Public Key does not exist.'));
      return;
    }
    if (!isGood(SessionToken)) {
      sendJson(response, 200, failure(500, 'Session key is expired.'));
      return;
    }
    const token = Buffer.from(`FAKEUSER:${SessionToken}`).toString('base64');
    sendJson(response, 200, {
      Success: { session_token: token, idirect_userid: 'FAKEUSER', idirect_user_name: 'FAKE USER' },
      Status: 200,
      Error: null,
    });
  };

  const charts = (request: IncomingMessage, url: URL, response: ServerResponse): void => {
    const token = Buffer.from(String(request.headers['x-sessiontoken'] ?? ''), 'base64').toString('utf8');
    if (request.headers['apikey'] !== apiKey || !isGood(token.split(':')[1] ?? '')) {
      sendJson(response, 200, failure(500, 'Session key is expired.'));
      return;
    }
    const parsed = querySchema.safeParse(Object.fromEntries(url.searchParams));
    if (!parsed.success) {
      sendJson(response, 200, failure(500, 'Invalid request parameters.'));
      return;
    }
    const { interval, stock_code: code, from_date: from, to_date: to } = parsed.data;
    asked.push({ code, from, to });
    const known = series(code, interval);
    const candles = known === undefined ? [] : candlesOf(known, code, from, to);
    answer(response, fault(), withDoubts(candles, doubts));
  };

  const server = await serveLocally((request, body, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const limit = counter.count();
    if (limit !== undefined) {
      refuse(response, limit);
      return;
    }
    if (url.pathname === '/breezeapi/api/v1/customerdetails') {
      login(body, response);
      return;
    }
    if (url.pathname === '/api/v2/historicalcharts') {
      setTimeout(() => charts(request, url, response), delayMs);
      return;
    }
    sendJson(response, 404, failure(404, 'Resource not available.'));
  });
  return {
    url: server.url,
    stop: server.stop,
    counter,
    asked,
    doubts,
    login: () => {
      logins += 1;
      const session = `session${logins}`;
      sessions.set(session, now());
      return session;
    },
    spoil: (share, seed, ways = BREEZE_FAULTS) =>
      (faults = { share, random: randomStream([seed, 'breeze faults']), ways }),
    spoilNext: (...next) => queued.push(...next),
  };
}

interface Candle {
  readonly datetime: string;
  readonly stock_code: string;
  readonly exchange_code: string;
  readonly product_type: null;
  readonly expiry_date: null;
  readonly right: null;
  readonly strike_price: null;
  readonly open: number | string;
  readonly high: number | string;
  readonly low: number | string;
  readonly close: number | string;
  readonly volume: number | string;
  readonly open_interest: null;
  readonly count: number;
}

/** The candles of a range, both ends inclusive; at most the first 1,000. */
function candlesOf(series: BarSeries, code: string, from: string, to: string): Candle[] {
  const minutes = (stamp: string): number =>
    startOfDate(stamp.slice(0, 10)) + Number(stamp.slice(11, 13)) * 60 + Number(stamp.slice(14, 16));
  const first = lowerBound(series.time, minutes(from));
  const end = Math.min(lowerBound(series.time, minutes(to) + 1), first + MAX_CANDLES);
  return Array.from({ length: Math.max(0, end - first) }, (_, offset) => {
    const bar = first + offset;
    const stamp = formatBarTime(series.time[bar] ?? 0, series.interval);
    return {
      datetime: `${stamp.slice(0, 10)} ${series.interval === '1day' ? '00:00' : stamp.slice(11, 16)}:00`,
      stock_code: code,
      exchange_code: 'NSE',
      product_type: null,
      expiry_date: null,
      right: null,
      strike_price: null,
      open: series.open[bar] ?? 0,
      high: series.high[bar] ?? 0,
      low: series.low[bar] ?? 0,
      close: series.close[bar] ?? 0,
      volume: series.volume[bar] ?? 0,
      open_interest: null,
      count: bar,
    };
  });
}

/** The candles with the first one of each doubtful day replaced, or with another one of the same time at the end. */
function withDoubts(candles: readonly Candle[], doubts: ReadonlyMap<string, Doubt>): Candle[] {
  const seen = new Set<string>();
  const twins: Candle[] = [];
  const changed = candles.map((candle) => {
    const date = candle.datetime.slice(0, 10);
    const doubt = doubts.get(date);
    if (doubt === undefined || seen.has(date)) return candle;
    seen.add(date);
    switch (doubt) {
      case 'twice':
        twins.push({ ...candle, close: Number(candle.close) + 0.05 });
        return candle;
      case 'outside its range':
        return { ...candle, open: 2 * Number(candle.high) };
      case 'zero':
        return { ...candle, low: 0 };
      case 'text':
        return { ...candle, close: 'NaN' };
      case 'negative volume':
        return { ...candle, volume: -1 };
    }
  });
  return [...changed, ...twins].slice(0, MAX_CANDLES);
}

function answer(response: ServerResponse, fault: BreezeFault | undefined, candles: readonly Candle[]): void {
  const success = (list: readonly object[]): object => ({ Success: list, Status: 200, Error: null });
  switch (fault) {
    case undefined: {
      sendJson(response, 200, success(candles));
      return;
    }
    case 'strings': {
      sendJson(response, 200, success(candles.map(inStrings)));
      return;
    }
    case 'doubled': {
      sendJson(response, 200, success([...candles, ...candles.slice(0, 3)].slice(0, MAX_CANDLES)));
      return;
    }
    case 'disorder': {
      sendJson(response, 200, success([...candles].reverse()));
      return;
    }
    case 'wrong series': {
      // Without candles, the response is an ordinary empty one.
      sendJson(response, 200, success(candles.map((candle) => ({ ...candle, stock_code: 'OTHER' }))));
      return;
    }
    case '500': {
      sendJson(response, 500, failure(500, 'Resource not available.'));
      return;
    }
    case '401 user': {
      sendJson(response, 401, failure(401, 'Invalid User Details'));
      return;
    }
    case '500 html': {
      sendHtml(response, 500);
      return;
    }
    case '502 html': {
      sendHtml(response, 502);
      return;
    }
    default: {
      sendBadly(response, fault satisfies LineFault, JSON.stringify(success(candles)));
      return;
    }
  }
}

function inStrings(candle: Candle): object {
  const { open, high, low, close, volume } = candle;
  return {
    ...candle,
    open: `${open}`,
    high: `${high}`,
    low: `${low}`,
    close: `${close}`,
    volume: `${volume}`,
  };
}

function failure(status: number, error: string): object {
  return { Success: null, Status: status, Error: error };
}

function sendJson(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

function sendHtml(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end(HTML);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
