import { InvalidInputError } from '../../data/errors.js';
import type { PlanItem } from '../../data/schemas/plan.js';
import { planSchema, windowLabel } from '../../data/schemas/plan.js';
import type { Home } from '../../data/store/home.js';
import { readStoredJson } from '../../data/store/stored-files.js';
import { didYouMean } from '../../data/text/near-matches.js';
import { isIsoDate } from '../../data/time/dates.js';

/** Number of windows or symbols named when the requested one does not exist. */
const NAMED = 10;

/**
 * The trainable window of a run that starts on a date, or else the one that contains it.
 *
 * @throws InvalidInputError when there is none, several, or one that was not trained; says which there are.
 */
export async function plannedWindow(
  home: Home,
  run: string,
  symbol: string,
  date: string,
): Promise<PlanItem> {
  if (!isIsoDate(date))
    throw new InvalidInputError([`date: must be an existing date YYYY-MM-DD, not ${date}`]);
  const plan = await readStoredJson(home, home.plan(run), planSchema);
  if (plan === undefined) throw new InvalidInputError([`run ${run} has no plan yet: wait until it is made`]);
  const own = plan.items.filter((item) => item.symbol === symbol);
  if (own.length === 0) {
    const known = [...new Set(plan.items.map((item) => item.symbol))].sort();
    throw new InvalidInputError([
      `symbol: run ${run} has no window of ${symbol}${didYouMean(symbol, known)}; its symbols are ${listed(known)}`,
    ]);
  }
  const starting = own.filter(({ start }) => start === date);
  const found = starting.length > 0 ? starting : own.filter(({ start, end }) => start <= date && date < end);
  const [window, ...others] = found;
  if (window === undefined)
    throw new InvalidInputError([
      `date: no window of ${symbol} in run ${run} contains ${date}; its windows are ${listed(own.map(labelOf))}`,
    ]);
  if (others.length > 0)
    throw new InvalidInputError([
      `date: ${found.length} windows of ${symbol} in run ${run} contain ${date}: ${listed(found.map(labelOf))}. Name the start of one`,
    ]);
  const { status, reason, detail } = window;
  if (status !== 'trainable')
    throw new InvalidInputError([
      `window ${labelOf(window)} has no model: it ${status === 'skipped' ? 'was skipped' : 'failed'} (${[reason, detail].filter((text) => text !== null).join(': ')})`,
    ]);
  return window;
}

function labelOf({ symbol, start, end }: PlanItem): string {
  return windowLabel(symbol, start, end);
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
