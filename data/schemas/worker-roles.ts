/** What a worker process can be for; a process may have several roles. */
export const ROLES = ['meta', 'io', 'cpu', 'train'] as const;
export type Role = (typeof ROLES)[number];

/** What a training worker trains on. */
export const WORKER_ACCELERATORS = ['cpu', 'gpu'] as const;
export type WorkerAccelerator = (typeof WORKER_ACCELERATORS)[number];

/**
 * Most trainers that a worker starts when it is not given a number, on its CPU or its first GPU. Each holds the
 * features of the whole universe, so that memory runs out before the cores of a large machine do.
 */
export const MOST_TRAINERS = 4;

/** The task queue of a role. */
export function queueOf(role: Role, accelerator: WorkerAccelerator): string {
  return role === 'train' ? `train.${accelerator}` : role;
}
