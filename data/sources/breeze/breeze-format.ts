import { z } from 'zod';

type JsonType = 'null' | 'number' | 'string';

const PRICE: readonly JsonType[] = ['number', 'string'];
const OPTIONAL: readonly JsonType[] = ['null', 'string'];

/** The fields of a candle in `historicalcharts`, according to the provider's documentation and its users. */
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
 * Compares a response with candles with the documented format. It checks more fields than the parser needs, so that
 * changes are noticed before they cause errors.
 *
 * @returns A short text for each difference; empty if there is none.
 */
export function formatDifferences(body: string): string[] {
  const parsed = answerSchema.safeParse(jsonOf(body));
  if (!parsed.success) return ['not JSON with a list Success, a Status and an Error'];
  const differences = new Set<string>();
  for (const candle of parsed.data.Success) {
    for (const [field, types] of Object.entries(CANDLE)) {
      if (!(field in candle)) differences.add(`missing field ${field}`);
      else if (!types.some((type) => type === typeOf(candle[field])))
        differences.add(`${field} is ${typeOf(candle[field])}, not ${types.join(' or ')}`);
    }
    for (const field of Object.keys(candle)) if (!(field in CANDLE)) differences.add(`new field ${field}`);
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
