import type { ServerResponse } from 'node:http';

import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound } from '../../data/bars/series.js';
import type { QuotaLimits } from '../../data/sources/quota-limits.js';
import { callsPerMinuteAndDay } from '../../data/sources/quota-limits.js';
import type { CallCounter } from './call-counter.js';
import { callCounter } from './call-counter.js';
import { LINE_FAULTS, sendBadly, serveLocally } from './http-server.js';

const IST_SECONDS = 19_800;
/** Yahoo's time of a daily bar is the start of its session. */
const OPEN_MINUTES = 555;

export const YAHOO_FAULTS = [...LINE_FAULTS, '401', '429', '500 html', '502 html', 'wrong series'] as const;
export type YahooFault = (typeof YAHOO_FAULTS)[number];

/** How a day's row cannot be right. */
export type YahooDoubt = 'twice' | 'outside its range' | 'negative' | 'half null';

export interface FakeYahooOptions {
  readonly now: () => number;
  /** Bars by Yahoo's symbol (`M&M.NS`), adjusted for splits as Yahoo's are. */
  readonly series: (symbol: string) => BarSeries | undefined;
  /** Days that are returned as rows of nulls, by their start in exchange minutes. */
  readonly nulls?: ReadonlySet<number>;
  readonly limits?: QuotaLimits;
}

/** A running fake of Yahoo's chart service. */
export interface FakeYahoo {
  readonly url: string;
  readonly counter: CallCounter;
  /** Days whose row is doubtful in every response, by their start in exchange minutes. */
  readonly doubts: Map<number, YahooDoubt>;
  /** The paths of the requests, in order. */
  readonly asked: readonly string[];
  readonly spoilNext: (...faults: readonly YahooFault[]) => void;
  readonly stop: () => Promise<void>;
}

/**
 * A fake of Yahoo's chart service over real HTTP: 32-bit floats with all their digits, bars with the time of the start
 * of their session, rows of nulls, a 404 for unknown symbols, and faults on request.
 */
export async function startFakeYahoo(options: FakeYahooOptions): Promise<FakeYahoo> {
  const { now, series, nulls = new Set<number>(), limits = callsPerMinuteAndDay(30, 2_000) } = options;
  const counter = callCounter(limits, now);
  const asked: string[] = [];
  const queued: YahooFault[] = [];
  const doubts = new Map<number, YahooDoubt>();
  const server = await serveLocally((request, _body, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    asked.push(url.pathname);
    if (counter.count() !== undefined) {
      sendText(response, 429, 'Too Many Requests\r\n');
      return;
    }
    const symbol = decodeURIComponent(url.pathname.replace('/v8/finance/chart/', ''));
    const known = series(symbol);
    if (known === undefined) {
      sendJson(response, 404, notFound());
      return;
    }
    const [from, to] = [Number(url.searchParams.get('period1')), Number(url.searchParams.get('period2'))];
    const fault = queued.shift();
    const content = chartOf(fault === 'wrong series' ? 'OTHER.NS' : symbol, known, from, to, nulls, doubts);
    switch (fault) {
      case undefined:
      case 'wrong series':
        sendJson(response, 200, content);
        return;
      case '401':
        sendJson(response, 401, {
          finance: { result: null, error: { code: 'Unauthorized', description: 'Invalid Crumb' } },
        });
        return;
      case '429':
        sendText(response, 429, 'Too Many Requests\r\n');
        return;
      case '500 html':
      case '502 html':
        sendText(response, Number(fault.slice(0, 3)), '<html><body>Will be right back</body></html>');
        return;
      default:
        sendBadly(response, fault, JSON.stringify(content));
    }
  });
  return {
    url: server.url,
    stop: server.stop,
    counter,
    asked,
    doubts,
    spoilNext: (...faults) => queued.push(...faults),
  };
}

function notFound(): object {
  const error = { code: 'Not Found', description: 'No data found, symbol may be delisted' };
  return { chart: { result: null, error } };
}

/** A chart in Yahoo's format. `from` and `to` are in seconds since 1970, half-open. */
function chartOf(
  symbol: string,
  series: BarSeries,
  from: number,
  to: number,
  nulls: ReadonlySet<number>,
  doubts: ReadonlyMap<number, YahooDoubt>,
): object {
  const first = lowerBound(series.time, (from + IST_SECONDS) / 60);
  const end = lowerBound(series.time, (to + IST_SECONDS) / 60);
  const inside = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
  const doubtOf = (bar: number): YahooDoubt | undefined => doubts.get(series.time[bar] ?? 0);
  const twins = inside.filter((bar) => doubtOf(bar) === 'twice');
  const bars = [...inside, ...twins];
  const session = { timezone: 'IST', start: 1735616700, end: 1735639200, gmtoffset: IST_SECONDS };
  const column = (
    values: Float64Array,
    doubtful: (value: number, doubt: YahooDoubt | undefined, twin: boolean) => number | null = (value) =>
      value,
  ): (number | null)[] =>
    bars.map((bar, place) => {
      if (nulls.has(series.time[bar] ?? 0)) return null;
      const value = doubtful(values[bar] ?? 0, doubtOf(bar), place >= inside.length);
      return value === null ? null : Math.fround(value);
    });
  const volume = bars.map((bar) => (nulls.has(series.time[bar] ?? 0) ? null : (series.volume[bar] ?? 0)));
  const meta = {
    currency: 'INR',
    symbol,
    exchangeName: 'NSI',
    fullExchangeName: 'NSE',
    instrumentType: 'EQUITY',
    firstTradeDate: 820467900,
    regularMarketTime: 1735639200,
    hasPrePostMarketData: false,
    gmtoffset: IST_SECONDS,
    timezone: 'IST',
    exchangeTimezoneName: 'Asia/Kolkata',
    regularMarketPrice: 100,
    chartPreviousClose: 100,
    priceHint: 2,
    currentTradingPeriod: { pre: session, regular: session, post: session },
    dataGranularity: '1d',
    range: '',
    validRanges: ['1d', '5d', '1mo', '3mo', '6mo', '1y', '2y', '5y', '10y', 'ytd', 'max'],
  };
  if (bars.length === 0)
    return { chart: { result: [{ meta, indicators: { quote: [{}], adjclose: [{}] } }], error: null } };
  return {
    chart: {
      result: [
        {
          meta,
          timestamp: bars.map((bar) => ((series.time[bar] ?? 0) + OPEN_MINUTES) * 60 - IST_SECONDS),
          indicators: {
            quote: [
              {
                high: column(series.high),
                open: column(series.open, (open, doubt) => (doubt === 'outside its range' ? 2 * open : open)),
                volume,
                close: column(series.close, (close, doubt, twin) =>
                  doubt === 'half null' ? null : twin ? close + 0.05 : close,
                ),
                low: column(series.low, (low, doubt) => (doubt === 'negative' ? -low : low)),
              },
            ],
            adjclose: [{ adjclose: column(series.close) }],
          },
        },
      ],
      error: null,
    },
  };
}

function sendJson(response: ServerResponse, status: number, content: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json;charset=utf-8' })
    .end(JSON.stringify(content));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end(text);
}
