import type { ComponentChildren } from 'preact';

import { ARM_NAMES } from '../../figures/arm-lines.js';
import { ROLLING, rollingBeta, rollingMean, rollingSharpe } from '../../figures/rolling.js';
import { decimals } from '../../figures/texts.js';
import { TimeChart } from '../charts/time-chart.js';
import type { Shown } from './shown.js';
import { colourOf, lastOf } from './shown.js';

/** Sharpe ratio, beta and rank IC of the last months, session by session. */
export function RollingFigures({
  shown: { figures, student, times, ic },
}: {
  readonly shown: Shown;
}): ComponentChildren {
  const { arms, icHorizon } = figures.backtest;
  const { net, bars, equalWeight, periodsPerYear } = student;
  const sharpe = rollingSharpe(net.returns, bars, periodsPerYear, ROLLING.sharpe);
  const market = rollingSharpe(equalWeight, bars, periodsPerYear, ROLLING.sharpe);
  const beta = rollingBeta(net.returns, equalWeight, ROLLING.beta);
  const ics = arms
    .filter(({ name }) => name !== 'placebo')
    .map((arm) => ({ name: arm.name, values: rollingMean(ic.of(arm), ROLLING.ic) }));
  const ofStudents = ics.find(({ name }) => name === 'student')?.values ?? [];
  const range = (values: readonly (number | null)[]): string => {
    const known = values.filter((value) => value !== null);
    return known.length === 0
      ? 'too few sessions'
      : `between ${decimals(Math.min(...known), 2)} and ${decimals(Math.max(...known), 2)}`;
  };
  return (
    <section aria-labelledby="rolling">
      <h2 id="rolling">Over time</h2>
      {student.holdings > times.length ? (
        <p class="remark">
          Sessions have several holdings, whose means are drawn: a rolling Sharpe ratio or beta of means would
          flatter.
        </p>
      ) : (
        <>
          <TimeChart
            name={`Sharpe ratio of the last ${ROLLING.sharpe} holdings, a year`}
            summary={`Of the students after costs ${range(sharpe)}, now ${decimals(lastOf(sharpe), 2)}; holdings overlap, so neighbours are much alike.`}
            times={times}
            height={200}
            format={(value) => decimals(value, 1)}
            series={[
              { label: 'students, net', colour: 'student', values: sharpe },
              { label: 'all, equal weight', colour: 'reference', values: market },
            ]}
          />
          <TimeChart
            name={`Beta of the last ${ROLLING.beta} holdings`}
            summary={`Slope of the students’ net returns on those of all symbols with equal weight: ${range(beta)}, now ${decimals(lastOf(beta), 2)}.`}
            times={times}
            height={200}
            format={(value) => decimals(value, 2)}
            series={[{ label: 'students, net', colour: 'student', values: beta }]}
          />
        </>
      )}
      <TimeChart
        name={`${ic.name} at ${icHorizon} bars, mean of the last ${ROLLING.ic} sessions`}
        summary={`Of the students ${range(ofStudents)}, now ${decimals(lastOf(ofStudents), 3)}.`}
        times={times}
        height={200}
        format={(value) => decimals(value, 2)}
        series={ics.map(({ name, values }) => ({ label: ARM_NAMES[name], colour: colourOf(name), values }))}
      />
    </section>
  );
}
