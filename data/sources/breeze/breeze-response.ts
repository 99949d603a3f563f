import { z } from 'zod';

import { parseBarTime } from '../../bars/bar-time.js';
import type { BarSeries } from '../../bars/series.js';
import type { CallOutcome } from '../../schemas/provider-log.js';
import { startOfDate } from '../../time/dates.js';
import type { BarRequest } from '../provider.js';

/** Maximum number of candles in one response; Breeze drops further ones silently. */
export const BREEZE_MAX_CANDLES = 1000;

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
/** A number, or a number in quotes, as older versions of the API return it. */
const figure = z.union([z.number(), z.string().trim().regex(NUMBER).transform(Number)]);

const candleSchema = z.object({
  datetime: z.string(),
  stock_code: z.string(),
  exchange_code: z.string(),
  open: figure,
  high: figure,
  low: figure,
  close: figure,
  volume: figure,
});
type Candle = z.output<typeof candleSchema>;

const answerSchema = z.object({
  Success: z.array(z.unknown()).nullish(),
  Status: z.union([z.number(), z.string().trim().regex(/^\d+$/).transform(Number)]),
  Error: z.string().nullish(),
});

/** A parsed response. */
export interface ParsedResponse {
  readonly outcome: CallOutcome;
  /** Number of candles in the response. */
  readonly rows: number;
  readonly bars: BarSeries | null;
  readonly message: string | null;
  readonly limit?: 'span' | 'day';
}

/**
 * Parses a response of `historicalcharts`. The HTTP status means little here: refusals come with 200 and with 401,
 * and an overloaded server returns an HTML page. So the body decides.
 */
export function parseBreezeResponse(status: number, body: string, request: BarRequest): ParsedResponse {
  const refusal = parseBreezeEnvelope(status, body);
  if ('outcome' in refusal) return refusal;
  const { candles } = refusal;
  const rows = candles.length;
  if (rows >= BREEZE_MAX_CANDLES)
    return none('cut', `${rows} candles is the maximum of a response, so some may be missing`, rows);
  const parsed = z.array(candleSchema).safeParse(candles);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue === undefined ? '' : `candle ${issue.path.map(String).join('.')}: ${issue.message}`;
    return none('bad', `unexpected format of ${place}`, rows);
  }
  const other = parsed.data.find(
    ({ stock_code: code, exchange_code: exchange }) => code !== request.code || exchange !== 'NSE',
  );
  if (other !== undefined) {
    const held = `${other.stock_code} of ${other.exchange_code}`;
    return none('wrong_symbol', `requested ${request.code} of NSE, but the response has ${held}`, rows);
  }
  return barsOf(parsed.data, request);
}

/** Parses what all responses of Breeze have in common: the list of candles, or why there is none. */
export function parseBreezeEnvelope(
  status: number,
  body: string,
): ParsedResponse | { readonly candles: readonly unknown[] } {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    const page = body.trimStart().startsWith('<') ? 'an HTML page' : 'incomplete or invalid JSON';
    return none('down', `HTTP ${status} with ${page}`);
  }
  const parsed = answerSchema.safeParse(content);
  if (!parsed.success) return none('bad', `HTTP ${status} with JSON in an unexpected format`);
  const { Success: candles, Status: code, Error: error } = parsed.data;
  const text = error ?? '';
  if (/limit exceed/i.test(text))
    return { ...none('limited', text), limit: /per day/i.test(text) ? 'day' : 'span' };
  if (/session|token.*expired/i.test(text)) return none('session', text);
  if (text !== '' || code !== 200 || status >= 400)
    return none('down', `Status ${code} (HTTP ${status}): ${text === '' ? 'no reason given' : text}`);
  return { candles: candles ?? [] };
}

function none(outcome: CallOutcome, message: string | null, rows = 0): ParsedResponse {
  return { outcome, rows, bars: null, message };
}

/** Converts candles, in any order and possibly with duplicates, into a series of the requested days. */
function barsOf(candles: readonly Candle[], { symbol, interval, range }: BarRequest): ParsedResponse {
  const byTime = new Map<number, Candle>();
  for (const candle of candles) {
    const time = parseBarTime(candle.datetime, interval);
    if ('problem' in time) return none('bad', `the time of a candle: ${time.problem}`, candles.length);
    const twin = byTime.get(time.minutes);
    if (twin !== undefined && !sameCandle(twin, candle))
      return none('bad', `two different candles at ${candle.datetime}`, candles.length);
    byTime.set(time.minutes, candle);
  }
  const [start, end] = [startOfDate(range.from), startOfDate(range.to)];
  const inside = [...byTime].filter(([time]) => time >= start && time < end).sort(([a], [b]) => a - b);
  if (inside.length === 0) {
    if (candles.length === 0) return none('empty', null);
    return none('bad', `all candles are outside ${range.from} to ${range.to}`, candles.length);
  }
  const column = (name: 'open' | 'high' | 'low' | 'close' | 'volume'): Float64Array =>
    Float64Array.from(inside, ([, candle]) => candle[name]);
  return {
    outcome: 'bars',
    rows: candles.length,
    message: null,
    bars: {
      symbol,
      interval,
      time: Int32Array.from(inside, ([time]) => time),
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: column('volume'),
    },
  };
}

function sameCandle(a: Candle, b: Candle): boolean {
  return (
    a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume
  );
}
