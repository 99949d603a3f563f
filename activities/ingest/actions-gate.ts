import type { ActionCoverage } from '../../data/actions/action-coverage.js';
import { uncheckedDays } from '../../data/actions/action-coverage.js';
import type { Finding, SeriesRecord } from '../../data/schemas/ingest.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { addDays } from '../../data/time/dates.js';

const NAMED = 5;

/**
 * Says for how many symbols nobody has checked the list of corporate actions on all days of their bars: a split or a
 * demerger may be missing there.
 *
 * @param checked The days for which the project's list is complete, by symbol.
 * @returns Undefined where the list is not used: synthetic bars have their own actions, and adjusted bars need none.
 */
export function actionsGate(
  series: readonly SeriesRecord[],
  checked: ReadonlyMap<string, ActionCoverage>,
  { source, adjust }: Pick<RunConfig, 'source' | 'adjust'>,
): Finding | undefined {
  if (source === 'synthetic' || source === 'yahoo' || adjust === 'none') return undefined;
  const used = series.flatMap(({ symbol, status, first, last }) =>
    status === 'ok' && first !== null && last !== null ? [{ symbol, first, last }] : [],
  );
  const unchecked = used
    .filter(
      ({ symbol, first, last }) => uncheckedDays(checked.get(symbol), first, addDays(last, 1)) !== undefined,
    )
    .map(({ symbol }) => symbol);
  if (unchecked.length === 0) return undefined;
  const more = unchecked.length - NAMED;
  return {
    severity: 'info',
    code: 'actions_unverified',
    message:
      `corporate actions unverified: for ${unchecked.length} of ${used.length} symbols ` +
      `(${unchecked.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}) nobody has checked that the ` +
      'list is complete. gurukul actions check compares it with the bars',
  };
}
