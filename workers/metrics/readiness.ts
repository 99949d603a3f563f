import type { NativeConnection } from '@temporalio/worker';

import { errorMessage } from '../../data/errors.js';

const ANSWER_WITHIN_MS = 2_000;

/** Whether a worker process does its work: the server answers, and all its queues are polled. */
export class WorkerReadiness {
  #connection: NativeConnection | undefined;
  #polling = false;
  #leaving = false;

  connected(connection: NativeConnection): void {
    this.#connection = connection;
  }

  polling(): void {
    this.#polling = true;
  }

  leaving(): void {
    this.#leaving = true;
  }

  /** What is wrong, in words; nothing: it is ready. */
  async problems(): Promise<readonly string[]> {
    if (this.#leaving) return ['leaving'];
    const connection = this.#connection;
    if (connection === undefined) return ['not connected yet'];
    if (!this.#polling) return ['not all queues are polled yet'];
    try {
      await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () =>
        connection.workflowService.getSystemInfo({}),
      );
      return [];
    } catch (error) {
      return [`the Temporal server does not answer: ${errorMessage(error)}`];
    }
  }
}
