import type { ComponentChildren } from 'preact';

import { sectorsChart } from '../../figures/charts.js';
import { ROLLING, rollingMean } from '../../figures/rolling.js';
import { decimals, percentText } from '../../figures/texts.js';
import { SvgChart } from '../charts/svg-chart.js';
import { TimeChart } from '../charts/time-chart.js';
import type { Shown } from './shown.js';

/** Sectors whose share is drawn over time. */
const DRAWN = 4;
const COLOURS = ['one', 'two', 'three', 'four'] as const;

/** What the holdings lean on: exposures and sectors. */
export function Exposures({ shown: { student, times } }: { readonly shown: Shown }): ComponentChildren {
  const { exposure, sectors, held } = student;
  const [first] = sectors;
  if (exposure === null || first === undefined)
    return (
      <section aria-labelledby="exposure">
        <h2 id="exposure">Exposure</h2>
        <p class="remark">The bundle knows no exposures of its symbols.</p>
      </section>
    );
  const smooth = (values: readonly (number | null)[]): (number | null)[] =>
    rollingMean(values, EXPOSURE_WINDOW);
  const mean = (values: readonly (number | null)[]): string => {
    const known = values.filter((value) => value !== null);
    return decimals(
      known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length,
      2,
    );
  };
  const most = [...sectors].sort(
    (a, b) => b.perYear - b.universePerYear - (a.perYear - a.universePerYear),
  )[0];
  return (
    <section aria-labelledby="exposure">
      <h2 id="exposure">Exposure</h2>
      <TimeChart
        name={`How the students’ holdings stand among all symbols, mean of ${EXPOSURE_WINDOW} sessions`}
        summary={`Mean rank of the held symbols, from −0.5 (lowest) to 0.5 (highest): beta ${mean(exposure.beta)}, volatility ${mean(exposure.volatility)}, traded value ${mean(exposure.tradedValue)}. At 0 they are as all symbols are.`}
        times={times}
        format={(value) => decimals(value, 2)}
        series={[
          { label: 'beta', colour: 'one', values: smooth(exposure.beta) },
          { label: 'volatility', colour: 'two', values: smooth(exposure.volatility) },
          { label: 'traded value', colour: 'three', dashed: true, values: smooth(exposure.tradedValue) },
        ]}
      />
      <TimeChart
        name={`Share of the largest sectors, mean of ${EXPOSURE_WINDOW} sessions`}
        summary={`${first.sector ?? 'no sector'} has the largest share, ${percentText(first.share)} of the holdings against ${percentText(first.universeShare)} of all symbols.`}
        times={times}
        format={(value) => percentText(value, 0)}
        series={sectors.slice(0, DRAWN).map(({ sector, held: counts }, at) => ({
          label: sector ?? 'no sector',
          colour: COLOURS[at] ?? 'reference',
          dashed: at % 2 === 1,
          values: smooth(counts.map((count, session) => shareOf(count, held[session] ?? null))),
        }))}
      />
      <SvgChart
        name="Return by sector"
        summary={
          most === undefined
            ? ''
            : `${most.sector ?? 'no sector'} adds most above equal weight: ${percentText(most.perYear)} a year before costs, against ${percentText(most.universePerYear)}.`
        }
        chart={sectorsChart(sectors)}
        height={60 + 26 * sectors.length}
        stops={sectors.map((one) => ({
          x: one.perYear,
          says: `${one.sector ?? 'no sector'}: ${percentText(one.perYear)} a year, of all symbols ${percentText(one.universePerYear)}; share ${percentText(one.share)}, of all ${percentText(one.universeShare)}`,
        }))}
        table={() => ({
          columns: ['sector', 'return a year', 'of all symbols', 'share', 'share of all'],
          rows: sectors.map(({ sector, perYear, universePerYear, share, universeShare }) => [
            sector ?? 'no sector',
            percentText(perYear),
            percentText(universePerYear),
            percentText(share),
            percentText(universeShare),
          ]),
        })}
      />
    </section>
  );
}

const EXPOSURE_WINDOW = Math.round(ROLLING.ic / 3);

function shareOf(count: number | null, all: number | null): number | null {
  return count === null || all === null || all === 0 ? null : count / all;
}
