import type { ComponentChildren } from 'preact';

import type { PeriodReturn } from '../../figures/calendar-returns.js';
import { monthlyReturns, yearlyReturns } from '../../figures/calendar-returns.js';
import { MONTHS, monthsChart } from '../../figures/charts.js';
import { percentText } from '../../figures/texts.js';
import { SvgChart } from '../charts/svg-chart.js';
import { DataTable } from '../parts/data-table.js';
import type { Shown } from './shown.js';

/** Pixels of a chart whose months have room for one letter. */
const SMALL = 520;

/** Returns by month and year. */
export function Calendar({ shown: { figures, student } }: { readonly shown: Shown }): ComponentChildren {
  const { sessions, benchmarks } = figures.backtest;
  const months = monthlyReturns(sessions, student.net.equity);
  const years = yearlyReturns(sessions, student.net.equity);
  const equalWeight = byPeriod(yearlyReturns(sessions, benchmarks.equalWeight.equity));
  const tradedValue = byPeriod(yearlyReturns(sessions, benchmarks.tradedValue.equity));
  const gained = months.filter(({ value }) => value > 0).length;
  const best = months.reduce<PeriodReturn | undefined>(
    (most, one) => (most === undefined || one.value > most.value ? one : most),
    undefined,
  );
  return (
    <section aria-labelledby="calendar">
      <h2 id="calendar">Months and years</h2>
      <SvgChart
        name="Net return by month, in percent"
        summary={`${gained} of ${months.length} months gained; the best, ${best === undefined ? 'none' : `${best.period}, ${percentText(best.value)}`}.`}
        chart={(width) => monthsChart(months, width < SMALL)}
        height={56 + 34 * years.length}
        stops={months.map(({ period, value }) => ({
          x: Number(period.slice(5)) - 0.5,
          says: `${MONTHS[Number(period.slice(5)) - 1] ?? ''} ${period.slice(0, 4)}: ${percentText(value)}`,
        }))}
        table={() => ({
          columns: ['month', 'net return'],
          rows: months.map(({ period, value }) => [period, percentText(value)]),
        })}
      />
      <DataTable
        caption="Net return by calendar year, beside both benchmarks"
        rows={years}
        keyOf={({ period }) => period}
        columns={[
          { name: 'year', cell: ({ period }) => period },
          { name: 'students, net', number: true, cell: ({ value }) => percentText(value) },
          {
            name: 'all, equal weight',
            number: true,
            cell: ({ period }) => percentText(equalWeight.get(period)),
          },
          {
            name: 'all, by traded value',
            number: true,
            cell: ({ period }) => percentText(tradedValue.get(period)),
          },
        ]}
      />
    </section>
  );
}

function byPeriod(returns: readonly PeriodReturn[]): ReadonlyMap<string, number> {
  return new Map(returns.map(({ period, value }) => [period, value]));
}
