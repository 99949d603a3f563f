import type { FastifyReply, FastifyRequest } from 'fastify';

import { GurukulError, InvalidInputError, errorMessage } from '../../../data/errors.js';
import type { ProblemAnswer } from '../contract/answers.js';

/** A request that is refused whatever it asks for. */
export class Refused extends Error {
  constructor(
    readonly statusCode: 401 | 403 | 404 | 429,
    message: string,
  ) {
    super(message);
  }
}

/** Answers an error in the words of the command line; a defect keeps its stack to itself. */
export async function answerProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { status, answer } = problemOf(error);
  if (answer.error === 'Bug') request.log.error(error);
  await reply.status(status).send(answer);
}

function problemOf(error: unknown): { readonly status: number; readonly answer: ProblemAnswer } {
  if (error instanceof InvalidInputError)
    return { status: 400, answer: { error: 'InvalidInput', problems: error.problems } };
  if (error instanceof Refused)
    return { status: error.statusCode, answer: { error: 'InvalidInput', problems: [error.message] } };
  if (error instanceof GurukulError)
    return { status: 503, answer: { error: error.type, problems: [error.message] } };
  const status = statusOf(error);
  if (status !== undefined)
    return { status, answer: { error: 'InvalidInput', problems: [errorMessage(error)] } };
  return { status: 500, answer: { error: 'Bug', problems: [errorMessage(error)] } };
}

/** Errors of Fastify itself, such as a body that is too large, say how they are answered. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}
