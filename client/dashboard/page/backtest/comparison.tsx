import type { ComponentChildren } from 'preact';

import type { BacktestAnswer } from '../../contract/backtest.js';
import { namedFigures } from '../../figures/arm-lines.js';
import { differences } from '../../figures/compare-runs.js';
import { decimals } from '../../figures/texts.js';
import { TimeChart } from '../charts/time-chart.js';
import { DataTable } from '../parts/data-table.js';
import { lastOf, wealthBySession } from './shown.js';

/** Two runs, and nothing but what they differ in. */
export function Comparison({
  a,
  b,
}: {
  readonly a: BacktestAnswer;
  readonly b: BacktestAnswer;
}): ComponentChildren {
  const different = differences(namedFigures(a), namedFigures(b));
  const [wealthA, wealthB] = [wealthBySession(a), wealthBySession(b)];
  const sessions = [...new Set([...wealthA.keys(), ...wealthB.keys()])].sort();
  const valuesOf = (wealth: ReadonlyMap<string, number | null>): (number | null)[] =>
    sessions.map((session) => wealth.get(session) ?? null);
  return (
    <section class="panel" aria-labelledby="comparison">
      <h2 id="comparison">
        {a.runId} and {b.runId}
      </h2>
      {a.digest === b.digest && <p class="remark">Both have the same bundle digest: nothing differs.</p>}
      {sessions.length > 0 && a.digest !== b.digest && (
        <TimeChart
          name="Wealth of both, net"
          summary={`${a.runId} ends at ${decimals(lastOf([...wealthA.values()]), 2)}, ${b.runId} at ${decimals(lastOf([...wealthB.values()]), 2)}; each starts at 1 on its own first session.`}
          times={sessions.map((session) => Date.parse(session) / 1000)}
          format={(value) => decimals(value, 2)}
          series={[
            { label: a.runId, colour: 'student', values: valuesOf(wealthA) },
            { label: b.runId, colour: 'champion', dashed: true, values: valuesOf(wealthB) },
          ]}
        />
      )}
      <DataTable
        caption={`What differs: ${different.length} of the settings, figures and verdicts`}
        rows={different}
        keyOf={({ name }) => name}
        empty="nothing differs as it is shown"
        columns={[
          { name: 'what', cell: ({ name }) => name },
          { name: a.runId, cell: (one) => one.a },
          { name: b.runId, cell: (one) => one.b },
        ]}
      />
    </section>
  );
}
