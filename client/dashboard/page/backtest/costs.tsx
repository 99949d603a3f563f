import type { ComponentChildren } from 'preact';

import { waterfallChart } from '../../figures/charts.js';
import { rollingMean } from '../../figures/rolling.js';
import { meanPerYear, waterfall } from '../../figures/waterfall.js';
import { decimals, percentText } from '../../figures/texts.js';
import { SvgChart } from '../charts/svg-chart.js';
import { TimeChart } from '../charts/time-chart.js';
import type { Shown } from './shown.js';
import { lastOf } from './shown.js';

const TURNOVER_WINDOW = 21;
const NAMES: Readonly<Record<string, string>> = { stt: 'STT', stampDuty: 'stamp duty' };

/** What trading costs. */
export function Costs({ shown: { student, times, figures } }: { readonly shown: Shown }): ComponentChildren {
  const { gross, net, bars, charges, periodsPerYear, turnover } = student;
  const [before, after] = [
    meanPerYear(gross.returns, bars, periodsPerYear),
    meanPerYear(net.returns, bars, periodsPerYear),
  ];
  const named = charges.map(({ charge, perYear }) => ({ charge: NAMES[charge] ?? charge, perYear }));
  const steps = before === null ? [] : waterfall(before, named);
  const smooth = rollingMean(turnover, TURNOVER_WINDOW);
  const { breakEvenBps, chargedBps } = figures.metrics.forward.student.strategy;
  return (
    <section aria-labelledby="costs">
      <h2 id="costs">Costs</h2>
      <SvgChart
        name="From gross to net, a year"
        summary={`${percentText(before)} before costs, ${percentText(after)} after. A side costs ${decimals(chargedBps, 1)} basis points on average; ${decimals(breakEvenBps, 1)} would take all that is earned above equal weight.`}
        chart={waterfallChart(steps)}
        stops={steps.map(({ name, from, to }) => ({
          x: to,
          says: `${name}: ${percentText(to - from, 2)}`,
        }))}
        table={() => ({
          columns: ['step', 'a year'],
          rows: steps.map(({ name, from, to }) => [name, percentText(to - from, 2)]),
        })}
      />
      <TimeChart
        name={`Turnover of a sleeve, mean of ${TURNOVER_WINDOW} sessions`}
        summary={`Share of the held symbols that a new sleeve replaces: now ${percentText(lastOf(smooth), 0)}.`}
        times={times}
        height={180}
        format={(value) => percentText(value, 0)}
        series={[{ label: 'students', colour: 'student', values: smooth }]}
      />
    </section>
  );
}
