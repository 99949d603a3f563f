import type { ProblemAnswer } from '../../contract/answers.js';

/** What the server refused or could not do, in its words. */
export class ServerProblem extends Error {
  /** @param status HTTP status; 0 where the server did not answer. */
  constructor(
    readonly problems: readonly string[],
    readonly status: number,
  ) {
    super(problems.join('; '));
  }
}

/** Asks the server. @throws ServerProblem when it refuses or does not answer. */
export async function ask<Answer>(address: string, options: RequestInit = {}): Promise<Answer> {
  const response = await fetch(address, options).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    throw new ServerProblem(['the server does not answer; it is asked again'], 0);
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new ServerProblem(problemsOf(answer, response.status), response.status);
  if (!fromThisServer<Answer>(answer))
    throw new ServerProblem(['the server answered nothing'], response.status);
  return answer;
}

/** Page and server are one build, so an answer has the shape that the contract of its route names. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names it
function fromThisServer<Answer>(answer: unknown): answer is Answer {
  return answer !== undefined;
}

function problemsOf(answer: unknown, status: number): readonly string[] {
  const problem = isProblem(answer) ? answer.problems : [];
  return problem.length > 0 ? problem : [`the server answered ${status}`];
}

function isProblem(answer: unknown): answer is ProblemAnswer {
  return (
    typeof answer === 'object' && answer !== null && 'problems' in answer && Array.isArray(answer.problems)
  );
}
