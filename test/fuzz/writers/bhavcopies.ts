import type { Row } from '../bar.js';
import { dayOf, isoDay } from '../bar.js';
import type { DrawFormat } from './format.js';
import { DATES, DEFAULTS, firstDay, grouped, plain, table } from './format.js';

/** The exchange's files of a day each, with all symbols. */
export const bhavcopy: DrawFormat = () => {
  const number = plain();
  const header =
    'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,';
  return {
    ...DEFAULTS,
    name: 'bhavcopy',
    many: 'days',
    series: true,
    write: (rows) =>
      table([
        header.split(','),
        ...rows.map((row) => [
          ...[row.name, row.series, number(row.open), number(row.high), number(row.low), number(row.close)],
          ...[number(row.low), number(row.open), number(row.volume), '123456.7'],
          ...[DATES.named(dayOf(row.time)).toUpperCase(), '1234', 'INE002A01018', ''],
        ]),
      ]),
    fileName: (_symbol, rows) => `cm${DATES.named(firstDay(rows)).replaceAll('-', '').toUpperCase()}bhav.csv`,
  };
};

export const bhavcopyFull: DrawFormat = () => {
  const number = grouped('en-US', 2);
  const header =
    'SYMBOL, SERIES, DATE1, PREV_CLOSE, OPEN_PRICE, HIGH_PRICE, LOW_PRICE, LAST_PRICE, CLOSE_PRICE, AVG_PRICE, TTL_TRD_QNTY, TURNOVER_LACS, NO_OF_TRADES, DELIV_QTY, DELIV_PER';
  const bare = (value: number | null): string => number(value).replaceAll(',', '');
  return {
    ...DEFAULTS,
    name: 'bhavcopy-full',
    many: 'days',
    series: true,
    write: (rows) =>
      `${header}\n${rows
        .map((row) =>
          [
            ...[
              row.name,
              row.series,
              DATES.named(dayOf(row.time)),
              bare(row.low),
              bare(row.open),
              bare(row.high),
            ],
            ...[bare(row.low), bare(row.low), bare(row.close), bare(row.high), String(row.volume)],
            ...['1234.56', '4321', '-', '-'],
          ].join(', '),
        )
        .join('\n')}\n`,
    fileName: (_symbol, rows) => `sec_bhavdata_full_${DATES.dmy('')(firstDay(rows))}.csv`,
  };
};

export const bhavcopyUdiff: DrawFormat = () => {
  const number = plain();
  const header =
    'TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4';
  const line = (row: Row, segment: string): string[] => {
    const date = isoDay(dayOf(row.time));
    return [
      ...[
        date,
        date,
        segment,
        'NSE',
        'STK',
        '1000',
        'INE000A01000',
        row.name,
        row.series,
        '',
        '',
        '',
        '',
        row.name,
      ],
      ...[number(row.open), number(row.high), number(row.low), number(row.close), number(row.low)],
      ...[
        number(row.open),
        '',
        number(row.close),
        '',
        '',
        number(row.volume),
        '11031473096.80',
        '74747',
        'F1',
        '1',
      ],
      ...['', '', '', '', ''],
    ];
  };
  return {
    ...DEFAULTS,
    name: 'bhavcopy-udiff',
    many: 'days',
    series: true,
    write: (rows) =>
      table([
        header.split(','),
        ...rows.map((row) => line(row, 'CM')),
        // The same company's future, which is no bar of the share.
        ...rows.slice(0, 1).map((row) => line({ ...row, close: 1, low: 1 }, 'FO')),
      ]),
    fileName: (_symbol, rows) => `BhavCopy_NSE_CM_0_0_0_${DATES.compact(firstDay(rows))}_F_0000.csv`,
  };
};
