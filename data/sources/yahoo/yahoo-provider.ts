import YahooFinance from 'yahoo-finance2';
import type { ChartResultArray } from 'yahoo-finance2/modules/chart';

import { errorMessage } from '../../errors.js';
import { sha256 } from '../../store/digests.js';
import { MINUTES_PER_DAY, dayOfMinutes, startOfDate } from '../../time/dates.js';
import type { HttpResponse } from '../http-call.js';
import { httpCall } from '../http-call.js';
import type { BarProvider, BarRequest, ProviderReply } from '../provider.js';
import type { ProviderSettings } from '../provider-settings.js';
import type { ReplyRow } from '../reply-bars.js';
import { doubtfulText, replyBars } from '../reply-bars.js';
import { cleanPrice } from './yahoo-prices.js';

const MESSAGE_LENGTH = 200;
/** The exchange's clock: UTC+5:30. */
const IST_SECONDS = 19_800;
/** Decades of daily bars fit into one response. */
const ALL_SESSIONS = 100_000;

/** The library's log is not needed: problems with a response are in the reply. */
const silent = { info: ignore, warn: ignore, error: ignore, debug: ignore, dir: ignore };
function ignore(): void {
  // On purpose.
}

/**
 * Yahoo's charts: daily bars, already adjusted for splits and bonuses (not for dividends), without sessions on
 * weekends.
 */
export function openYahoo({ yahoo, callTimeoutMs, onResponse }: ProviderSettings): BarProvider {
  const library = new YahooFinance({
    suppressNotices: ['yahooSurvey', 'ripHistorical'],
    versionCheck: false,
    validation: { logErrors: false, logOptionsErrors: false },
    logger: silent,
  });
  return {
    name: 'yahoo',
    limits: yahoo.limits,
    rule: { sessions: { '1day': ALL_SESSIONS, '5minute': ALL_SESSIONS }, whole: true },
    codeOf: ({ symbol }) => ({ code: `${symbol}.NS` }),
    login: () => Promise.resolve(undefined),

    async fetch(request: BarRequest, signal: AbortSignal): Promise<ProviderReply> {
      let answer: HttpResponse = { status: null, problem: 'not called' };
      const { code, range } = request;
      try {
        const chart = await library.chart(
          encodeURIComponent(code),
          {
            period1: startOfDate(range.from) * 60 - IST_SECONDS,
            period2: startOfDate(range.to) * 60 - IST_SECONDS,
            interval: '1d',
            return: 'array',
          },
          {
            fetch: async (address: string | URL | Request) => {
              const path = new URL(address instanceof Request ? address.url : address);
              const url = new URL(`${path.pathname}${path.search}`, yahoo.url);
              answer = await httpCall(url, { timeoutMs: callTimeoutMs, signal });
              onResponse?.(answer);
              if (!('body' in answer)) throw new Error(answer.problem);
              if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
              return new Response(new Uint8Array(answer.body), { status: 200 });
            },
          },
        );
        return reply(answer, readChart(chart, request));
      } catch (error) {
        return reply(answer, readFailure(answer, errorMessage(error)));
      }
    },
  };
}

type Read = Pick<ProviderReply, 'outcome' | 'rows' | 'bars' | 'message' | 'limit' | 'doubtful'>;

function none(outcome: ProviderReply['outcome'], message: string | null, rows = 0): Read {
  return { outcome, rows, bars: null, message };
}

/** Why there is no chart. */
function readFailure(answer: HttpResponse, message: string): Read {
  if (!('body' in answer)) return none('down', message);
  const text = answer.body.toString('utf8');
  if (answer.status === 429 || /too many requests/i.test(text))
    return { ...none('limited', 'too many requests'), limit: 'span' };
  if (answer.status === 404 && /no data found/i.test(text)) return none('empty', null);
  // For a range without bars, the library may fail on valid JSON.
  if (answer.status === 200 && isJson(text)) return none('bad', message);
  return none('down', answer.status === 200 ? 'incomplete or invalid JSON' : message);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readChart({ meta, quotes }: ChartResultArray, request: BarRequest): Read {
  const { code } = request;
  const rows = quotes.length;
  const received = `${meta.symbol} on ${meta.exchangeName} in ${meta.currency}`;
  if (meta.symbol !== code || meta.exchangeName !== 'NSI' || meta.currency !== 'INR')
    return none('wrong_symbol', `requested ${code} on NSI in INR, but the response has ${received}`, rows);
  if (meta.gmtoffset !== IST_SECONDS)
    return none('bad', `times are ${meta.gmtoffset} s from UTC, not ${IST_SECONDS} s`, rows);

  const found: ReplyRow[] = [];
  let nulls = 0;
  for (const { date, ...values } of quotes) {
    const { open, high, low, close, volume } = values;
    if ([open, high, low, close, volume].every((value) => value === null)) {
      nulls += 1;
      continue;
    }
    const day = dayOfMinutes(Math.floor((date.getTime() / 1000 + IST_SECONDS) / 60));
    const price = (value: number | null): number => (value === null ? NaN : cleanPrice(value));
    found.push({
      time: day * MINUTES_PER_DAY,
      values: {
        open: price(open),
        high: price(high),
        low: price(low),
        close: price(close),
        volume: volume ?? NaN,
      },
    });
  }
  const { bars, doubtful, untrusted } = replyBars(found, request);
  const skipped = nulls === 0 ? null : `${nulls} bar(s) without values were skipped`;
  const message = [skipped, doubtfulText(doubtful)].filter((text) => text !== null).join('; ') || null;
  if (untrusted) return none('bad', message, rows);
  const left = doubtful.length === 0 ? {} : { doubtful: [...doubtful] };
  if (bars.time.length > 0) return { outcome: 'bars', rows, bars, message, ...left };
  return doubtful.length === 0 ? none('empty', message, rows) : { ...none('bad', message, rows), ...left };
}

function reply(answer: HttpResponse, read: Read): ProviderReply {
  const body = 'body' in answer ? answer.body : undefined;
  return {
    ...read,
    status: answer.status,
    sha256: body === undefined ? null : sha256(body),
    bytes: body?.byteLength ?? 0,
    message: read.message?.slice(0, MESSAGE_LENGTH) ?? null,
  };
}
