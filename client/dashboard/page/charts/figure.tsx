import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { DataTable } from '../parts/data-table.js';

/** A chart's values as rows: the first cell of each names it. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The frame of every chart: its name, a sentence that says what it shows, and its values as a table. */
export function Figure({
  name,
  summary,
  table,
  children,
}: {
  readonly name: string;
  /** What a reader who does not see the chart should know. */
  readonly summary: string;
  readonly table: () => FigureTable;
  readonly children: ComponentChildren;
}): ComponentChildren {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure class="figure">
      <figcaption>
        <strong>{name}</strong>
        <span>{summary}</span>
        <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Show as chart' : 'Show as table'}
        </button>
      </figcaption>
      {asTable ? <FigureAsTable name={name} table={table()} /> : children}
    </figure>
  );
}

function FigureAsTable({
  name,
  table: { columns, rows },
}: {
  readonly name: string;
  readonly table: FigureTable;
}): ComponentChildren {
  return (
    <DataTable<readonly string[]>
      caption={name}
      rows={rows}
      keyOf={(row) => row[0] ?? ''}
      columns={columns.map((column, at) => ({ name: column, number: at > 0, cell: (row) => row[at] ?? '' }))}
    />
  );
}
