import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { packageRoot } from '../../data/store/package-root.js';
import { dayNumber, isoDate } from '../../data/time/dates.js';
import { calendar } from './bars.js';

const CALENDAR = path.join('data', 'reference', 'nse-calendar.csv');

/**
 * A package folder that is this one, but for a calendar in which the sessions of some days are short: 5-minute bars
 * of a whole universe take too long for a test, and bars that are missing would be found out.
 *
 * @param hours Trading hours, such as `09:15-09:25`.
 * @returns A new folder, which the caller removes.
 */
export function packageWithShortSessions(from: string, to: string, hours: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gurukul-short-sessions-'));
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const link = (inside: string, except: string): void => {
    for (const name of readdirSync(path.join(packageRoot, inside)))
      if (name !== except) symlinkSync(path.join(packageRoot, inside, name), path.join(folder, inside, name));
  };
  link('.', 'data');
  link('data', 'reference');
  cpSync(path.join(packageRoot, 'data', 'reference'), path.join(data, 'reference'), { recursive: true });
  const [header = '', ...rows] = readFileSync(path.join(packageRoot, CALENDAR), 'utf8').trim().split('\n');
  // Special sessions become short ones too: the same day cannot be listed twice.
  const sessions = [...calendar.sessionsBetween(dayNumber(from), dayNumber(to))];
  const short = new Set(sessions.map(isoDate));
  const others = rows.filter((row) => !short.has(row.slice(0, 10)));
  const lines = sessions.map((day) => {
    const special = calendar.special(day) === undefined ? 'hours,,' : 'special,short,';
    return `${isoDate(day)},,${special}observed,${hours}`;
  });
  writeFileSync(path.join(folder, CALENDAR), `${[header, ...others, ...lines].join('\n')}\n`);
  return folder;
}
