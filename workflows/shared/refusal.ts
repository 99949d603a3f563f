import { ApplicationFailure } from '@temporalio/workflow';

/** What the validator of an update throws: the sender reads it, and nothing has happened. */
export function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: 'InvalidInput', message, nonRetryable: true });
}

/** A field of whatever came in: updates may be sent from any client, with anything or nothing. */
export function field(request: unknown, name: string): unknown {
  if (request === undefined || request === null) return undefined;
  if (typeof request !== 'object') throw refusal(`send an object such as {"${name}": …}`);
  return new Map(Object.entries(request)).get(name);
}
