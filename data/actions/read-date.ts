import { isoDateSchema } from '../schemas/iso-date.js';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Reads `2022-09-15` or `15-Sep-2022`, as the NSE writes it; undefined for anything else. @returns ISO. */
export function readDate(text: string): string | undefined {
  const [, day, month = '', year] = /^(\d{1,2})[- ]([a-z]{3})[- ](\d{4})$/i.exec(text) ?? [];
  const number = MONTHS.indexOf(month.toLowerCase()) + 1;
  const iso = day === undefined ? text : `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isoDateSchema.safeParse(iso).success ? iso : undefined;
}
