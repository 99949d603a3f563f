import { secretProblems } from '../../data/secrets/secret-texts.js';
import type { Home } from '../../data/store/home.js';

/**
 * Checks texts that a person types and that are kept for good, against all secrets that this machine has: those of
 * the environment, of the home's files, and of the Temporal profile in use.
 *
 * @param texts By the flag that the message shows.
 * @returns Problems for a person; empty when there are none.
 */
export async function typedSecretProblems(
  home: Home,
  texts: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  // Loaded when needed: it is large, and the verbs that ask connect anyway.
  const { registerProfileSecrets } = await import('../../temporal-config/connection.js');
  registerProfileSecrets();
  return secretProblems(home, texts);
}
