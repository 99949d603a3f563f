import { chance, dayOf, isoDay, oneOf } from '../bar.js';
import type { DrawFormat } from './format.js';
import { DATES, DEFAULTS, firstDay, grouped, lastDay, plain, table } from './format.js';

/** Formats of the exchange's own files, and of the packages that download them: daily bars as traded, by series. */
export const nseWebsite: DrawFormat = (random) => {
  const number = grouped(oneOf(random, ['en-US', 'en-IN']));
  const whole = grouped('en-US', 0);
  const header =
    'Date ,series ,OPEN ,HIGH ,LOW ,PREV. CLOSE ,ltp ,close ,vwap ,52W H ,52W L ,VOLUME ,VALUE ,No of trades ';
  return {
    ...DEFAULTS,
    name: 'nse-website',
    blanks: true,
    series: true,
    falling: true,
    write: (rows) =>
      table(
        [
          header.split(','),
          ...rows.map((row) => [
            ...[
              DATES.named(dayOf(row.time)),
              row.series,
              number(row.open),
              number(row.high),
              number(row.low),
            ],
            ...[number(row.open), number(row.low), number(row.close), number(row.high)],
            ...[number(9_999.5), number(1), whole(row.volume), number(123_456_789.4), whole(94_444)],
          ]),
        ],
        { quoted: 'all' },
      ),
    fileName: (symbol = 'all', rows) =>
      chance(random, 0.5)
        ? `${symbol}.csv`
        : `Quote-Equity-${symbol}-EQ-${DATES.dmy('-')(firstDay(rows))}-to-${DATES.dmy('-')(lastDay(rows))}.csv`,
  };
};

export const nseSecurityWise: DrawFormat = (random) => {
  const number = grouped('en-IN');
  const header =
    'Symbol  ,Series  ,Date  ,Prev Close  ,Open Price  ,High Price  ,Low Price  ,Last Price  ,Close Price  ,Average Price ,Total Traded Quantity  ,Turnover ₹  ,No. of Trades  ,Deliverable Qty  ,% Dly Qt to Traded Qty  ';
  return {
    ...DEFAULTS,
    name: 'nse-security-wise',
    many: 'rows',
    series: true,
    write: (rows) =>
      table(
        [
          header.split(','),
          ...rows.map((row) => [
            ...[row.name, row.series, DATES.named(dayOf(row.time)), number(row.low), number(row.open)],
            ...[number(row.high), number(row.low), number(row.low), number(row.close), number(row.high)],
            ...[grouped('en-IN', 0)(row.volume), number(12_345_678.9), '94,444', '23,61,104', '50.1'],
          ]),
        ],
        { quoted: 'all' },
      ),
    fileName: (symbol, rows) =>
      symbol === undefined
        ? 'prices.csv'
        : oneOf(random, [
            `${symbol}.csv`,
            `${DATES.dmy('-')(firstDay(rows))}-TO-${DATES.dmy('-')(lastDay(rows))}${symbol}ALLN.csv`,
          ]),
  };
};

export const nselib: DrawFormat = () => {
  const number = grouped('en-US');
  const header =
    'Symbol,Series,Date,PrevClose,OpenPrice,HighPrice,LowPrice,LastPrice,ClosePrice,AveragePrice,TotalTradedQuantity,TurnoverInRs,No.ofTrades,DeliverableQty,%DlyQttoTradedQty';
  return {
    ...DEFAULTS,
    name: 'nselib',
    many: 'rows',
    series: true,
    falling: true,
    write: (rows) =>
      table([
        header.split(','),
        ...rows.map((row) => [
          ...[row.name, row.series, DATES.named(dayOf(row.time)), number(row.low), number(row.open)],
          ...[number(row.high), number(row.low), number(row.low), number(row.close), number(row.high)],
          ...[grouped('en-US', 0)(row.volume), number(12_345_678.9), '94,444', '2,361,104', '50.1'],
        ]),
      ]),
  };
};

export const nsepy: DrawFormat = (random) => {
  const number = plain();
  const header =
    'Date,Symbol,Series,Prev Close,Open,High,Low,Last,Close,VWAP,Volume,Turnover,Trades,Deliverable Volume,%Deliverble';
  return {
    ...DEFAULTS,
    name: 'nsepy',
    many: 'rows',
    blanks: true,
    series: true,
    write: (rows) =>
      table([
        header.split(','),
        ...rows.map((row) => [
          ...[
            isoDay(dayOf(row.time)),
            row.name,
            row.series,
            number(row.low),
            number(row.open),
            number(row.high),
          ],
          ...[number(row.low), number(row.low), number(row.close), number(row.high), number(row.volume)],
          ...['1.1e14', '', '2361104', '0.501'],
        ]),
      ]),
    fileName: (symbol) => `${symbol ?? oneOf(random, ['NIFTY50_all', 'prices'])}.csv`,
  };
};

export const jugaadRaw: DrawFormat = () => {
  const number = plain();
  const header =
    ',_id,CH_SYMBOL,CH_SERIES,CH_MARKET_TYPE,CH_TRADE_HIGH_PRICE,CH_TRADE_LOW_PRICE,CH_OPENING_PRICE,CH_CLOSING_PRICE,CH_LAST_TRADED_PRICE,CH_PREVIOUS_CLS_PRICE,CH_TOT_TRADED_QTY,CH_TOT_TRADED_VAL,CH_TIMESTAMP,TIMESTAMP,VWAP,mTIMESTAMP';
  return {
    ...DEFAULTS,
    name: 'jugaad-raw',
    many: 'rows',
    series: true,
    falling: true,
    write: (rows) =>
      table([
        header.split(','),
        ...rows.map((row, index) => [
          ...[
            String(index),
            '6135',
            row.name,
            row.series,
            'N',
            number(row.high),
            number(row.low),
            number(row.open),
          ],
          ...[number(row.close), number(row.low), number(row.open), number(row.volume), '16660759872.25'],
          isoDay(dayOf(row.time)),
          `${isoDay(dayOf(row.time) - 1)}T18:30:00.000Z`,
          ...[number(row.high), DATES.named(dayOf(row.time))],
        ]),
      ]),
  };
};

export const jugaadStock: DrawFormat = () => {
  const number = plain();
  const header =
    'DATE,SERIES,OPEN,HIGH,LOW,PREV. CLOSE,LTP,CLOSE,VWAP,52W H,52W L,VOLUME,VALUE,NO OF TRADES,SYMBOL';
  return {
    ...DEFAULTS,
    name: 'jugaad-stock',
    many: 'rows',
    series: true,
    falling: true,
    write: (rows) =>
      table([
        header.split(','),
        ...rows.map((row) => [
          ...[isoDay(dayOf(row.time)), row.series, number(row.open), number(row.high), number(row.low)],
          ...[number(row.open), number(row.low), number(row.close), number(row.high), '9999', '1'],
          ...[number(row.volume), '6028134622.40', '94444', row.name],
        ]),
      ]),
  };
};
