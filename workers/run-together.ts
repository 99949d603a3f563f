import { errorMessage } from '../data/errors.js';

/** A worker as far as its end is concerned: `Worker` of the SDK. */
export interface LeavingWorker {
  /** Polls until it has left; rejects on an error that it cannot go on from. */
  run(): Promise<void>;
  getState(): string;
  shutdown(): void;
}

/** A role's worker has met an error that it cannot go on from. */
export class RoleFailedError extends Error {
  constructor(
    readonly role: string,
    override readonly cause: unknown,
  ) {
    super(`role ${role} failed: ${errorMessage(cause)}`);
  }
}

/**
 * Runs the workers of a process until all have left: on request, or because one of them failed. A
 * process that has lost one of its roles would look alive and leave that role's tasks waiting.
 *
 * @param workers By role.
 * @param leaving Aborting it makes all stop polling, checkpoint and leave. It is aborted when one fails.
 * @param begin What is to be done once all poll; its failure ends them too.
 * @throws RoleFailedError, or what `begin` has thrown: the first that went wrong.
 */
export async function runTogether(
  workers: ReadonlyMap<string, LeavingWorker>,
  leaving: AbortController,
  begin: () => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const fail = (error: unknown): void => {
    failures.push(error);
    leaving.abort();
  };
  const leave = (): void => {
    for (const worker of workers.values()) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runs = [...workers].map(([role, worker]) =>
    worker.run().catch((error: unknown) => fail(new RoleFailedError(role, error))),
  );
  leaving.signal.addEventListener('abort', leave);
  if (leaving.signal.aborted) leave();
  const all = Promise.all(runs);
  // Where all have left before it is done, nothing waits for it any more.
  await Promise.race([begin().catch(fail), all]);
  await all;
  if (failures.length > 0) throw failures[0];
}
