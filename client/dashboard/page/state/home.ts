import { signal } from '@preact/signals';

import type { ActionAnswer } from '../../contract/answers.js';
import type { HomeAnswer } from '../../contract/runs.js';
import { ask, ServerProblem } from './server.js';

/** Whose dashboard this is; undefined until the server has answered. */
export const home = signal<HomeAnswer | undefined>(undefined);

/** True where the server asks the visitor for its token first. */
export const locked = signal(false);

/** Asks again who serves the page: a restarted server has another token. */
export async function loadHome(): Promise<HomeAnswer> {
  try {
    const answer = await ask<HomeAnswer>('/api/home');
    locked.value = false;
    home.value = answer;
    return answer;
  } catch (error) {
    locked.value = error instanceof ServerProblem && error.status === 401;
    throw error;
  }
}

/** Asks the server to change something. @throws ServerProblem when it refuses. */
export async function act(address: string, flags: object): Promise<ActionAnswer> {
  const once = async ({ pageToken }: HomeAnswer): Promise<ActionAnswer> =>
    ask<ActionAnswer>(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-gurukul-page': pageToken },
      body: JSON.stringify(flags),
    });
  try {
    return await once(home.value ?? (await loadHome()));
  } catch (error) {
    // The server was started again since the page was loaded.
    if (!(error instanceof ServerProblem) || error.status !== 403) throw error;
    return once(await loadHome());
  }
}

/** Asks until the server answers: the page may be opened before it. */
function loadHomeUntilAnswered(): void {
  loadHome().catch(() => {
    if (!locked.value) setTimeout(loadHomeUntilAnswered, 2_000);
  });
}
loadHomeUntilAnswered();
