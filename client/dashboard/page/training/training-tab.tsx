import type { ComponentChildren } from 'preact';

import type { RunsAnswer } from '../../contract/runs.js';
import { Problems } from '../parts/problems.js';
import { allRunsRevision } from '../state/live.js';
import { useLiveAnswer } from '../state/use-live-answer.js';
import { view } from '../state/view.js';
import { RunList } from './run-list.js';
import { RunView } from './run-view.js';
import { Workers } from './workers.js';

/** Runs and how they go; below, who works on them. */
export function TrainingTab(): ComponentChildren {
  const run = view.value.params['run'];
  return (
    <>
      <h1>Training</h1>
      {run === undefined ? <AllRuns /> : <RunView key={run} runId={run} />}
      <Workers />
    </>
  );
}

function AllRuns(): ComponentChildren {
  const { answer, problems } = useLiveAnswer<RunsAnswer>('/api/runs', allRunsRevision, 10_000);
  return (
    <>
      <Problems problems={problems} />
      {answer !== undefined && <RunList answer={answer} />}
    </>
  );
}
