import { z } from 'zod';

type JsonType = 'null' | 'number' | 'string';

const PRICE: readonly JsonType[] = ['number', 'string'];
const OPTIONAL: readonly JsonType[] = ['null', 'string'];

/** A candle of `historicalcharts`, as the provider's documentation and its users show it. */
const CANDLE: Readonly<Record<string, readonly JsonType[]>> = {
  datetime: ['string'],
  stock_code: ['string'],
  exchange_code: ['string'],
  product_type: OPTIONAL,
  expiry_date: OPTIONAL,
  right: OPTIONAL,
  strike_price: ['null', 'number', 'string'],
  open: PRICE,
  high: PRICE,
  low: PRICE,
  close: PRICE,
  volume: PRICE,
  open_interest: ['null', 'number', 'string'],
  count: ['number'],
};

const answerSchema = z.object({
  Success: z.array(z.record(z.string(), z.unknown())),
  Status: z.unknown(),
  Error: z.unknown(),
});

/**
 * How an answer with candles differs from the documented shape: more than the reader needs, so that a change
 * shows before it hurts.
 *
 * @returns A few words for each difference; empty where there is none.
 */
export function answerDifferences(body: string): string[] {
  const parsed = answerSchema.safeParse(jsonOf(body));
  if (!parsed.success) return ['no JSON with a list Success, Status and Error'];
  const differences = new Set<string>();
  for (const candle of parsed.data.Success) {
    for (const [field, types] of Object.entries(CANDLE)) {
      if (!(field in candle)) differences.add(`no field ${field}`);
      else if (!types.some((type) => type === typeOf(candle[field])))
        differences.add(`${field} is ${typeOf(candle[field])}, not ${types.join(' or ')}`);
    }
    for (const field of Object.keys(candle)) if (!(field in CANDLE)) differences.add(`a new field ${field}`);
  }
  if (parsed.data.Success.length === 0) differences.add('no candles');
  return [...differences];
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
