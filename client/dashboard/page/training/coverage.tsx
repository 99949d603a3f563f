import type { ComponentChildren } from 'preact';

import type { CoverageAnswer } from '../../contract/training.js';
import { countText } from '../../figures/texts.js';
import { DataTable } from '../parts/data-table.js';
import { useAnswer } from '../state/use-answer.js';

/** Rows shown at once: a universe of thousands is filtered by the browser's own search in the table of the bundle. */
const SHOWN = 200;

/** Which bars the run had, symbols with findings first. */
export function Coverage({ runId }: { readonly runId: string }): ComponentChildren {
  const { answer } = useAnswer<CoverageAnswer>(`/api/runs/${runId}/coverage`, 10_000);
  if (answer === undefined || answer.coverage === null) return null;
  const { symbols, source, interval, lastSession } = answer.coverage;
  const sorted = [...symbols].sort(
    (a, b) => Number(b.reasons !== '') - Number(a.reasons !== '') || b.missing - a.missing,
  );
  const verdicts = new Map<string, number>();
  for (const { verdict } of symbols) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  return (
    <details>
      <summary>
        <h2>Bars</h2>
        {` ${source}, ${interval}, to ${lastSession ?? 'n/a'}: ${[...verdicts].map(([verdict, count]) => `${countText(count)} ${verdict}`).join(', ')}`}
      </summary>
      <DataTable
        caption={`Coverage${sorted.length > SHOWN ? `, the first ${SHOWN} of ${countText(sorted.length)}` : ''}`}
        rows={sorted.slice(0, SHOWN)}
        keyOf={({ symbol }) => symbol}
        columns={[
          { name: 'symbol', cell: ({ symbol }) => symbol },
          { name: 'verdict', cell: ({ verdict }) => verdict },
          { name: 'first', cell: ({ first }) => first ?? '' },
          { name: 'last', cell: ({ last }) => last ?? '' },
          { name: 'bars', number: true, cell: ({ bars }) => countText(bars) },
          { name: 'missing', number: true, cell: ({ missing }) => countText(missing) },
          { name: 'findings', cell: ({ reasons }) => reasons },
        ]}
      />
    </details>
  );
}
