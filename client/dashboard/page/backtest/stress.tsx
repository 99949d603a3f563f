import type { ComponentChildren } from 'preact';
import { decimals, percentText } from '../../figures/texts.js';

import { DataTable } from '../parts/data-table.js';
import { Verdict } from '../parts/verdict.js';
import type { Shown } from './shown.js';

/** What decides about the bundle, and how the students stand shocks. */
export function Stress({ shown: { figures } }: { readonly shown: Shown }): ComponentChildren {
  const { briefing, stress } = figures;
  const passed = briefing.gates.filter(({ verdict }) => verdict === 'pass').length;
  return (
    <>
      <section aria-labelledby="gates">
        <h2 id="gates">Gates</h2>
        <p>
          Recommended: <strong>{briefing.recommendation}</strong>; {passed} of {briefing.gates.length} gates
          pass.
        </p>
        <DataTable
          caption="What decides"
          rows={briefing.gates}
          keyOf={({ id }) => id}
          columns={[
            { name: 'gate', cell: ({ question }) => question },
            { name: 'verdict', cell: ({ verdict }) => <Verdict verdict={verdict} /> },
            { name: 'because', cell: ({ because }) => because },
          ]}
        />
      </section>
      <section aria-labelledby="stress">
        <h2 id="stress">Stress</h2>
        <DataTable
          caption={`Shocked bars, with the newest student that can be examined${stress.cohort === null ? '' : `, of ${stress.cohort}`}`}
          rows={stress.shocks}
          keyOf={({ id }) => id}
          empty="no student has enough forward rows"
          columns={[
            { name: 'shock', cell: ({ what }) => what },
            { name: 'verdict', cell: ({ verdict }) => <Verdict verdict={verdict} /> },
            { name: 'rank IC', number: true, cell: ({ figures: of }) => decimals(of.rankIc, 3) },
            { name: 'drawdown', number: true, cell: ({ figures: of }) => percentText(of.worstDrawdown) },
            { name: 'because', cell: ({ because }) => because },
          ]}
        />
        <DataTable
          caption="The students on the hardest days that came"
          rows={stress.events}
          keyOf={({ date, kind }) => `${date} ${kind}`}
          columns={[
            { name: 'date', cell: ({ date }) => date },
            { name: 'event', cell: ({ note }) => note },
            { name: 'rows', number: true, cell: ({ rows }) => rows },
            { name: 'market', number: true, cell: ({ marketReturn }) => percentText(marketReturn) },
            { name: 'strategy', number: true, cell: ({ strategyReturn }) => percentText(strategyReturn) },
            { name: 'rank IC', number: true, cell: ({ rankIc }) => decimals(rankIc, 3) },
          ]}
        />
      </section>
    </>
  );
}
