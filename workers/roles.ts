/** What a worker process can be for; a process may have several roles. */
export const ROLES = ['meta', 'io', 'cpu', 'train'] as const;
export type Role = (typeof ROLES)[number];

/** What a training worker trains on. */
export type Accelerator = 'cpu' | 'gpu';

/** The task queue of a role. */
export function queueOf(role: Role, accelerator: Accelerator): string {
  return role === 'train' ? `train.${accelerator}` : role;
}
