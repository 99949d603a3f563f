import type { ProviderResponse } from '../schemas/provider-log.js';
import { isoDate } from '../time/dates.js';

/**
 * Times that an ingest asks for a day whose bars are doubtful: a provider rarely corrects one within minutes. The next
 * ingest asks again.
 */
export const DOUBTFUL_ATTEMPTS = 3;

/** Days that stay open only because every response had a doubtful bar of them, with the last reason, in order. */
export function doubtfulDays(
  unsettled: readonly number[],
  answers: readonly ProviderResponse[],
): ReadonlyMap<number, string> {
  const why = new Map(answers.flatMap(({ doubtful = [] }) => doubtful.map((day) => [day.date, day.why])));
  const found = new Map<number, string>();
  for (const day of unsettled) {
    const reason = why.get(isoDate(day));
    if (reason !== undefined) found.set(day, reason);
  }
  return found;
}

/** How many responses had a doubtful bar of a day, by its date. */
export function doubtCounts(answers: readonly ProviderResponse[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { doubtful = [] } of answers)
    for (const { date } of doubtful) counts.set(date, (counts.get(date) ?? 0) + 1);
  return counts;
}
