import type { ComponentChildren } from 'preact';

import type { RunsAnswer } from '../../contract/runs.js';
import { Problems } from '../parts/problems.js';
import { useAnswer } from '../state/use-answer.js';
import { RunList } from './run-list.js';

/** Runs and how they go. */
export function TrainingTab(): ComponentChildren {
  const { answer, problems } = useAnswer<RunsAnswer>('/api/runs', 5_000);
  return (
    <>
      <h1>Training</h1>
      <Problems problems={problems} />
      {answer !== undefined && <RunList answer={answer} />}
    </>
  );
}
