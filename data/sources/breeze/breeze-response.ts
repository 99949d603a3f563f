import { z } from 'zod';

import { parseBarTime } from '../../bars/bar-time.js';
import type { BarSeries } from '../../bars/series.js';
import type { CallOutcome, DoubtfulDay } from '../../schemas/provider-log.js';
import type { BarRequest } from '../provider.js';
import type { ReplyRow } from '../reply-bars.js';
import { doubtfulText, replyBars } from '../reply-bars.js';

/** Maximum number of candles in one response; Breeze drops further ones silently. */
export const BREEZE_MAX_CANDLES = 1000;

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
/** A number, or a number in quotes, as older versions of the API return it; NaN if it is neither. */
const figure = z.union([z.number(), z.string().trim().regex(NUMBER).transform(Number)]).catch(NaN);

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
  readonly doubtful?: DoubtfulDay[];
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
function barsOf(candles: readonly Candle[], request: BarRequest): ParsedResponse {
  const { interval, range } = request;
  const count = candles.length;
  const rows: ReplyRow[] = [];
  for (const { datetime, open, high, low, close, volume } of candles) {
    const time = parseBarTime(datetime, interval);
    if ('problem' in time) return none('bad', `the time of a candle: ${time.problem}`, count);
    rows.push({ time: time.minutes, values: { open, high, low, close, volume } });
  }
  const { bars, doubtful, untrusted } = replyBars(rows, request);
  const message = doubtfulText(doubtful);
  if (untrusted) return none('bad', message, count);
  const found = doubtful.length === 0 ? {} : { doubtful: [...doubtful] };
  if (bars.time.length > 0) return { outcome: 'bars', rows: count, message, bars, ...found };
  if (count === 0) return none('empty', null);
  const outside = `all candles are outside ${range.from} to ${range.to}`;
  return { ...none('bad', message ?? outside, count), ...found };
}
