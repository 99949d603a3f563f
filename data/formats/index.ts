import { AMIBROKER } from './amibroker.js';
import { BHAVCOPY_FULL } from './bhavcopy-full.js';
import { BHAVCOPY_UDIFF } from './bhavcopy-udiff.js';
import { BHAVCOPY } from './bhavcopy.js';
import { InvalidInputError } from '../errors.js';
import { didYouMean } from '../text/near-matches.js';
import { FIVEPAISA } from './fivepaisa.js';
import type { BarFormat } from './format.js';
import { GENERIC } from './generic.js';
import { GOOGLEFINANCE } from './googlefinance.js';
import { INVESTING } from './investing.js';
import { JUGAAD_RAW } from './jugaad-raw.js';
import { JUGAAD_STOCK } from './jugaad-stock.js';
import { KITE } from './kite.js';
import { LEAN } from './lean.js';
import { NSE_SECURITY_WISE } from './nse-security-wise.js';
import { NSE_WEBSITE } from './nse-website.js';
import { NSELIB } from './nselib.js';
import { NSEPY } from './nsepy.js';
import { PLAIN } from './plain.js';
import { TRADINGVIEW } from './tradingview.js';
import { YFINANCE_FLATTENED } from './yfinance-flattened.js';
import { YFINANCE_TICKERS } from './yfinance-tickers.js';
import { YFINANCE } from './yfinance.js';

/** Every format that is read, in the order in which a file is compared with them. */
export const FORMATS: readonly BarFormat[] = [
  BHAVCOPY_UDIFF,
  BHAVCOPY_FULL,
  BHAVCOPY,
  JUGAAD_RAW,
  NSELIB,
  NSE_SECURITY_WISE,
  JUGAAD_STOCK,
  NSE_WEBSITE,
  NSEPY,
  INVESTING,
  YFINANCE_TICKERS,
  YFINANCE_FLATTENED,
  YFINANCE,
  TRADINGVIEW,
  KITE,
  FIVEPAISA,
  GOOGLEFINANCE,
  PLAIN,
  GENERIC,
  LEAN,
  AMIBROKER,
];

/** @throws InvalidInputError naming all formats, unless there is one of this name. */
export function requireFormat(name: string): void {
  if (findFormat(name) !== undefined) return;
  const names = FORMATS.map((format) => format.name);
  throw new InvalidInputError([
    `format: there is no format ${name}${didYouMean(name, names)}. There are ${names.join(', ')}`,
  ]);
}

/** The format of this name. */
export function findFormat(name: string): BarFormat | undefined {
  return FORMATS.find((format) => format.name === name);
}
