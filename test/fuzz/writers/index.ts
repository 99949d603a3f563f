import { bhavcopy, bhavcopyFull, bhavcopyUdiff } from './bhavcopies.js';
import { jugaadRaw, jugaadStock, nseSecurityWise, nseWebsite, nselib, nsepy } from './exchange.js';
import type { DrawFormat } from './format.js';
import { generic, parquet, plainTable } from './tables.js';
import { amibroker, fivepaisa, googlefinance, investing, kite, lean, tradingview } from './vendors.js';
import { yfinance, yfinanceFlattened, yfinanceTickers } from './yahoo.js';

/** All formats, written from what is known of the tools that write them, not from the reader. */
export const WRITERS: readonly DrawFormat[] = [
  nseWebsite,
  nseSecurityWise,
  nselib,
  nsepy,
  jugaadRaw,
  jugaadStock,
  bhavcopy,
  bhavcopyFull,
  bhavcopyUdiff,
  yfinance,
  yfinanceTickers,
  yfinanceFlattened,
  kite,
  fivepaisa,
  tradingview,
  googlefinance,
  investing,
  amibroker,
  lean,
  plainTable,
  generic,
  parquet,
];
