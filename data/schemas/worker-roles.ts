/** The roles of worker processes; a process may have several. */
export const ROLES = ['meta', 'io', 'cpu', 'train'] as const;
export type Role = (typeof ROLES)[number];

/** Whether a process with these roles reads bars from a provider, and so needs its secrets. */
export function callsProviders(roles: readonly Role[]): boolean {
  return roles.includes('io');
}

/** The devices that a training worker can train on. */
export const WORKER_ACCELERATORS = ['cpu', 'gpu'] as const;
export type WorkerAccelerator = (typeof WORKER_ACCELERATORS)[number];

/**
 * Maximum number of trainers that a worker starts by default, on its CPU or its first GPU. Each holds the features of
 * the whole universe, so on a large machine memory is the limit, not the number of cores.
 */
export const MOST_TRAINERS = 4;

/** The task queue of a role. */
export function queueOf(role: Role, accelerator: WorkerAccelerator): string {
  return role === 'train' ? `train.${accelerator}` : role;
}
