import type { Random } from '../../data/random.js';
import { chance, isoDay, oneOf } from './bar.js';
import type { TrueSymbol } from './market.js';
import type { Company } from './names.js';
import { listedActions } from './names.js';
import type { WrittenFile } from './pack.js';
import type { Sessions } from './sessions.js';
import { dayNumberOf } from './sessions.js';
import { DATES } from './writers/format.js';

const HEADER = 'symbol,ex_date,price_factor,kind';

/**
 * Lists of corporate actions: in the folder of bars, which wins over the home's, or in the home. The project's own
 * actions of a company are taken away, since these bars are made up.
 */
export function actionFiles(
  random: Random,
  companies: readonly Company[],
  truths: readonly TrueSymbol[],
  sessions: Sessions,
): { readonly files: readonly WrittenFile[]; readonly home: string | undefined } {
  const [folder, home]: [string[], string[]] = [[], []];
  companies.forEach(({ names }, index) => {
    const own = (truths[index]?.actions ?? []).map(({ day, factor }) => ({
      // A list may have the closed day before the session.
      date: isoDay(!sessions.isSession(day - 1) && chance(random, 0.3) ? day - 1 : day),
      factor,
    }));
    for (const { date, factor } of own) {
      const symbol = oneOf(random, names);
      const right = `${symbol},${date},${factor},${factor > 1.9 ? 'split' : 'bonus'}`;
      if (chance(random, 0.3)) home.push(right);
      else {
        folder.push(right);
        if (chance(random, 0.2)) home.push(`${oneOf(random, names)},${date},${factor * 7},split`);
      }
    }
    for (const { symbol, date } of listedActions(names))
      if (own.every((action) => action.date !== date)) folder.push(`${symbol},${date},,none`);
  });
  const download = nseDownload(random, folder);
  const textOf = (rows: readonly string[]): string => `${[HEADER, ...rows].join('\n')}\n`;
  return {
    files:
      folder.length === 0
        ? []
        : [{ name: 'corporate_actions.csv', bytes: Buffer.from(download ?? textOf(folder)) }],
    home: home.length === 0 ? undefined : textOf(home),
  };
}

/** What the exchange's download of corporate actions says of a factor. */
const PURPOSES: Readonly<Record<string, string>> = {
  2: 'Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 5/- Per Share',
  5: 'Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share',
  10: 'Face Value Split (Sub-Division) - From Rs 10/- Per Share To Re 1/- Per Share',
  1.5: 'Bonus 1:2',
  3: 'Bonus 2:1',
  4: 'Bonus 3:1',
  1.25: 'Bonus 1:4',
  1.1: 'Bonus 1:10',
};

/** The list as the exchange writes it; undefined where it cannot say all of the rows, and half of the time. */
function nseDownload(random: Random, rows: readonly string[]): string | undefined {
  const cells = rows.map((row) => row.split(','));
  if (chance(random, 0.5) || cells.some(([, , factor = '']) => PURPOSES[factor] === undefined))
    return undefined;
  const header =
    '"SYMBOL","COMPANY NAME","SERIES","PURPOSE","FACE VALUE","EX-DATE","RECORD DATE","BOOK CLOSURE START DATE","BOOK CLOSURE END DATE"';
  const lines = cells.map(([symbol = '', date = '', factor = '']) => {
    const ex = DATES.named(dayNumberOf(date));
    return `"${symbol}","A Company Limited","EQ","${PURPOSES[factor] ?? ''}","10","${ex}","${ex}","-","-"`;
  });
  return `${[header, ...lines].join('\n')}\n`;
}
