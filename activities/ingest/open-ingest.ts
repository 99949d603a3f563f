import type { Calendar } from '../../data/calendar.js';
import { loadCalendar } from '../../data/calendar.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import type { Universe } from '../../data/schemas/universe.js';
import { openSource } from '../../data/sources/open-source.js';
import type { BarSource } from '../../data/sources/source.js';
import type { Home } from '../../data/store/home.js';
import { loadUniverse } from '../../data/universe.js';

/** What every ingest works with. @throws InvalidInputError for a wrong universe or source. */
export async function openIngest(
  config: RunInput,
  { home, packageRoot }: { readonly home: Home; readonly packageRoot: string },
): Promise<{ readonly universe: Universe; readonly calendar: Calendar; readonly source: BarSource }> {
  const universe = await loadUniverse(config.universe, packageRoot);
  const calendar = loadCalendar(packageRoot);
  return { universe, calendar, source: await openSource(config, { home, packageRoot, universe, calendar }) };
}
