import type { ComponentChildren } from 'preact';

import type { BacktestAnswer } from '../../contract/backtest.js';
import { drawdownsOf, underwater } from '../../figures/drawdowns.js';
import { decimals, percentText } from '../../figures/texts.js';
import { TimeChart } from '../charts/time-chart.js';
import { DataTable } from '../parts/data-table.js';
import type { Shown } from './shown.js';
import { lastOf, wealthBySession } from './shown.js';

/** Deepest falls that are listed. */
const LISTED = 8;

/** Wealth against both benchmarks, and how far it fell. */
export function Wealth({
  shown: { figures, student, times },
  champion,
}: {
  readonly shown: Shown;
  /** Of the bundle that is in use, where it is another one. */
  readonly champion: BacktestAnswer | undefined;
}): ComponentChildren {
  const { sessions, benchmarks, topShare } = figures.backtest;
  const { net, gross } = student;
  const ofChampion = champion === undefined ? new Map<string, number | null>() : wealthBySession(champion);
  const falls = drawdownsOf(net.equity);
  const [deepest] = falls;
  return (
    <section aria-labelledby="wealth">
      <h2 id="wealth">Wealth</h2>
      <TimeChart
        name="Wealth of the students’ strategy"
        summary={`1 becomes ${decimals(lastOf(net.equity), 2)} after costs, against ${decimals(lastOf(benchmarks.equalWeight.equity), 2)} of all symbols with equal weight and ${decimals(lastOf(benchmarks.tradedValue.equity), 2)} weighted by traded value, both without costs. It holds the best ${percentText(topShare, 0)} of the symbols; a holding counts for the session that forms it.`}
        times={times}
        format={(value) => decimals(value, 2)}
        series={[
          { label: 'students, net', colour: 'student', values: net.equity },
          { label: 'students, gross', colour: 'student', dashed: true, values: gross.equity },
          { label: 'all, equal weight', colour: 'reference', values: benchmarks.equalWeight.equity },
          {
            label: 'all, by traded value',
            colour: 'reference',
            dashed: true,
            values: benchmarks.tradedValue.equity,
          },
          ...(ofChampion.size === 0
            ? []
            : [
                {
                  label: 'champion, net',
                  colour: 'champion' as const,
                  values: sessions.map((session) => ofChampion.get(session) ?? null),
                },
              ]),
        ]}
      />
      <TimeChart
        name="Drawdown"
        summary={
          deepest === undefined
            ? 'Wealth was never below an earlier peak.'
            : `At most ${percentText(deepest.depth)} below an earlier peak, on ${sessions[deepest.trough] ?? ''}.`
        }
        times={times}
        height={180}
        format={(value) => percentText(value, 0)}
        series={[
          { label: 'students, net', colour: 'student', values: underwater(net.equity) },
          {
            label: 'all, equal weight',
            colour: 'reference',
            values: underwater(benchmarks.equalWeight.equity),
          },
          {
            label: 'all, by traded value',
            colour: 'reference',
            dashed: true,
            values: underwater(benchmarks.tradedValue.equity),
          },
        ]}
      />
      <DataTable
        caption={`Deepest drawdowns, net (${Math.min(LISTED, falls.length)} of ${falls.length})`}
        rows={falls.slice(0, LISTED)}
        keyOf={({ peak, trough }) => `${peak} ${trough}`}
        empty="wealth was never below an earlier peak"
        columns={[
          { name: 'peak', cell: ({ peak }) => (peak < 0 ? 'the start' : sessions[peak]) },
          { name: 'trough', cell: ({ trough }) => sessions[trough] },
          {
            name: 'recovered',
            cell: ({ recovered }) => (recovered === null ? 'not yet' : sessions[recovered]),
          },
          { name: 'depth', number: true, cell: ({ depth }) => percentText(depth) },
        ]}
      />
    </section>
  );
}
