import type { ComponentChildren } from 'preact';

import type { BacktestAnswer } from '../../contract/backtest.js';
import type { ArmLine } from '../../figures/arm-lines.js';
import { FIGURE_NAMES, armLines } from '../../figures/arm-lines.js';
import { DataTable } from '../parts/data-table.js';
import type { Shown } from './shown.js';

/** All arms side by side, each figure with its interval. */
export function Arms({
  shown: { figures },
  champion,
}: {
  readonly shown: Shown;
  readonly champion: BacktestAnswer | undefined;
}): ComponentChildren {
  const { trials } = figures.briefing;
  const lines = [...armLines(figures), ...championLine(champion)];
  const figure = (name: Exclude<keyof ArmLine, 'arm'>) => ({
    name: FIGURE_NAMES[name] ?? name,
    number: true,
    cell: (line: ArmLine) => <WithInterval text={line[name]} />,
  });
  return (
    <section aria-labelledby="arms">
      <h2 id="arms">Side by side</h2>
      <DataTable
        caption={`Forward rows; in brackets, intervals of 95 % by a bootstrap of blocks of dates; ${trials} configurations were tried in this home`}
        rows={lines}
        keyOf={({ arm }) => arm}
        columns={[
          { name: 'arm', cell: ({ arm }) => arm },
          figure('rows'),
          figure('baseRate'),
          figure('skill'),
          figure('auc'),
          figure('rankIc'),
          figure('neutralIc'),
          figure('gross'),
          figure('net'),
          figure('active'),
          figure('sharpe'),
          figure('drawdown'),
        ]}
      />
      <p class="remark">
        Pooled skill is against the pooled base rate of each cohort. The placebo trades its own, made-up bars.
        The simple factors trade the students’ rows for the students’ holding periods.
      </p>
    </section>
  );
}

/** The interval below its figure. */
function WithInterval({ text }: { readonly text: string }): ComponentChildren {
  const at = text.indexOf(' [');
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)} <small class="interval">{text.slice(at + 1)}</small>
    </>
  );
}

function championLine(champion: BacktestAnswer | undefined): ArmLine[] {
  const figures = champion?.figures ?? null;
  if (champion === undefined || figures === null) return [];
  const [student] = armLines(figures);
  return student === undefined ? [] : [{ ...student, arm: `champion (students of ${champion.runId})` }];
}
