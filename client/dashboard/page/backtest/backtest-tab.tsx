import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';

import type { BacktestAnswer } from '../../contract/backtest.js';
import type { BundlesAnswer } from '../../contract/release.js';
import { Problems } from '../parts/problems.js';
import { useAnswer } from '../state/use-answer.js';
import { view } from '../state/view.js';
import { Arms } from './arms.js';
import { Calendar } from './calendar.js';
import { Comparison } from './comparison.js';
import { Costs } from './costs.js';
import { Exposures } from './exposures.js';
import { RankingFigures } from './ranking-figures.js';
import { RollingFigures } from './rolling-figures.js';
import { RunChoice } from './run-choice.js';
import { shownOf } from './shown.js';
import { Stress } from './stress.js';
import { Wealth } from './wealth.js';

/** What a run's models would have earned, and how well they rank. */
export function BacktestTab(): ComponentChildren {
  const { params } = view.value;
  const { answer, problems } = useAnswer<BundlesAnswer>('/api/bundles', 10_000);
  const bundles = answer?.bundles ?? [];
  const run = params['run'] ?? bundles[0]?.runId;
  const against = params['against'];
  const champion = bundles.find(({ isChampion }) => isChampion)?.runId;
  const first = useAnswer<BacktestAnswer>(addressOf(run));
  const second = useAnswer<BacktestAnswer>(addressOf(against));
  const inUse = useAnswer<BacktestAnswer>(addressOf(champion === run ? undefined : champion));
  return (
    <>
      <h1>Backtest</h1>
      <Problems problems={[...problems, ...first.problems, ...second.problems]} />
      {answer !== undefined && bundles.length === 0 && (
        <p class="remark">No bundle yet: a run makes one at its end.</p>
      )}
      {bundles.length > 0 && (
        <div class="choices">
          <RunChoice label="Run" param="run" chosen={run} bundles={bundles} />
          <RunChoice
            label="Compare with"
            param="against"
            chosen={against}
            bundles={bundles.filter(({ runId }) => runId !== run)}
            none="no other run"
          />
        </div>
      )}
      {first.answer !== undefined && second.answer !== undefined && (
        <Comparison a={first.answer} b={second.answer} />
      )}
      {first.answer !== undefined && <RunBacktest answer={first.answer} champion={inUse.answer} />}
    </>
  );
}

function addressOf(run: string | undefined): string | undefined {
  return run === undefined ? undefined : `/api/backtests/${encodeURIComponent(run)}`;
}

function RunBacktest({
  answer: { figures, lacks, config, digest },
  champion,
}: {
  readonly answer: BacktestAnswer;
  readonly champion: BacktestAnswer | undefined;
}): ComponentChildren {
  const shown = useMemo(() => (figures === null ? undefined : shownOf(figures)), [figures]);
  if (shown === undefined) return <p class="remark">{lacks ?? 'The bundle has no figures of students.'}</p>;
  const { sessions } = shown.figures.backtest;
  return (
    <>
      <p class="remark">
        {sessions.length} sessions of forward rows, {sessions[0] ?? 'none'} to {sessions.at(-1) ?? 'none'};
        bars of {config.interval} from {config.source}; a label looks {config.horizon} bars ahead. From the
        sealed files of bundle <code title={digest}>{digest.slice(0, 12)}</code>.
      </p>
      <Arms shown={shown} champion={champion} />
      <Wealth shown={shown} champion={champion} />
      <Calendar shown={shown} />
      <RollingFigures shown={shown} />
      <RankingFigures shown={shown} />
      <Exposures shown={shown} />
      <Costs shown={shown} />
      <Stress shown={shown} />
    </>
  );
}
