import type { ComponentChildren } from 'preact';

import type { ChampionAnswer, OutcomeLine } from '../../contract/release.js';
import { countText, decimals, minuteText } from '../../figures/texts.js';
import { TimeChart } from '../charts/time-chart.js';
import { ActionButton } from '../parts/action-button.js';
import { DataTable } from '../parts/data-table.js';
import { Problems } from '../parts/problems.js';
import { useAnswer } from '../state/use-answer.js';
import { DECISION_FIELDS } from './decision-fields.js';

/** The champion in use, what came of its scores, and every decision of the home. */
export function Champion(): ComponentChildren {
  const { answer, problems, again } = useAnswer<ChampionAnswer>('/api/champion', 3_000);
  if (answer === undefined) return <Problems problems={problems} />;
  const { champion, shadow, history, outcomes, problem } = answer;
  return (
    <section aria-labelledby="champion">
      <h2 id="champion">Champion</h2>
      <Problems problems={problem === null ? [] : [problem]} />
      {champion === null ? (
        <p data-testid="champion">There is no champion.</p>
      ) : (
        <>
          <p data-testid="champion">
            Run <strong>{champion.run}</strong> since {minuteText(champion.since)} by {champion.by} (decision{' '}
            {champion.decision}): {champion.reason}
          </p>
          {champion.override !== null && (
            <p class="problems">
              Approved against {champion.override.against.join(' and ')}: {champion.override.reason}
            </p>
          )}
          {champion.review !== null && (
            <ul class="problems">
              {champion.review.fired.map(({ trigger, because }) => (
                <li key={trigger}>
                  Under review: {trigger}, {because}
                </li>
              ))}
            </ul>
          )}
          <p class="buttons start">
            <ActionButton
              label="Roll back"
              question={`Make an earlier champion the champion again, instead of ${champion.run}? Nothing is deleted.`}
              address="/api/champion/rollback"
              fields={[
                { name: 'to', label: 'Run to restore; empty: the champion before', kind: 'text' },
                ...DECISION_FIELDS,
              ]}
              done={again}
            />
            <ActionButton
              label="Retire"
              question={`End the championship of ${champion.run} without a successor?`}
              address="/api/champion/retire"
              fields={DECISION_FIELDS}
              done={again}
            />
          </p>
        </>
      )}
      {shadow !== null && (
        <p data-testid="shadow">
          Shadow: run <strong>{shadow.run}</strong>, scored on {shadow.sessions ?? 'no'} of {shadow.wanted}{' '}
          sessions.
        </p>
      )}
      {outcomes.map((line) => (
        <Outcomes key={`${line.role} ${line.run}`} line={line} />
      ))}
      <DataTable
        caption="Every decision, newest first"
        rows={history}
        keyOf={({ number }) => String(number)}
        empty="nothing was decided yet"
        columns={[
          { name: 'no.', number: true, cell: ({ number }) => number },
          { name: 'at', cell: ({ at }) => minuteText(at) },
          { name: 'run', cell: ({ run }) => run },
          {
            name: 'verdict',
            cell: ({ verdict, shadow: staged }) => (staged === true ? `${verdict}, shadow` : verdict),
          },
          { name: 'by', cell: ({ by }) => by },
          { name: 'reason', cell: ({ reason }) => reason },
          { name: 'override', cell: ({ override }) => override?.reason ?? '' },
        ]}
      />
    </section>
  );
}

function Outcomes({ line }: { readonly line: OutcomeLine }): ComponentChildren {
  const { role, run, sessions, rows, logLoss, baselineLogLoss, neutralIc, ece, days } = line;
  return (
    <TimeChart
      name={`What came of the scores: ${role} ${run}`}
      summary={`${countText(sessions)} sessions, ${countText(rows)} rows: log-loss ${decimals(logLoss)} against ${decimals(baselineLogLoss)} of the base rate, neutral rank IC ${decimals(neutralIc.mean, 3)} [${decimals(neutralIc.low, 3)}, ${decimals(neutralIc.high, 3)}], calibration error ${decimals(ece, 3)}.`}
      times={days.map(({ date }) => Date.parse(`${date.slice(0, 10)}T00:00Z`) / 1000)}
      series={[
        {
          label: 'log-loss',
          colour: role === 'shadow' ? 'student' : 'champion',
          values: days.map((day) => day.logLoss),
        },
        {
          label: 'base rate alone',
          colour: 'reference',
          dashed: true,
          values: days.map((day) => day.baselineLogLoss),
        },
      ]}
      format={(value) => value.toFixed(3)}
      height={200}
    />
  );
}
