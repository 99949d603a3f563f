import { ApplicationFailure } from '@temporalio/workflow';

/** What an update's validator throws: the sender gets the message, and the history has no trace of it. */
export function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: 'InvalidInput', message, nonRetryable: true });
}

/** A field of an update's argument, which may be anything: updates come from any client. */
export function field(request: unknown, name: string): unknown {
  if (request === undefined || request === null) return undefined;
  if (typeof request !== 'object') throw refusal(`send an object such as {"${name}": …}`);
  return new Map(Object.entries(request)).get(name);
}
