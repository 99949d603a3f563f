import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { loadHome } from '../state/home.js';
import { ask, ServerProblem } from '../state/server.js';
import { Problems } from './problems.js';

/** Asks for the token that visitors of this dashboard know. */
export function Login(): ComponentChildren {
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [token, setToken] = useState('');
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await ask('/api/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
      await loadHome();
    } catch (error) {
      if (!(error instanceof ServerProblem)) throw error;
      setProblems(error.problems);
    }
  };
  return (
    <form class="login" onSubmit={(event) => void enter(event)}>
      <h1>Gurukul</h1>
      <label>
        <span>Token of this dashboard</span>
        <input
          type="password"
          autoComplete="current-password"
          required
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      <Problems problems={problems} />
      <button type="submit" class="primary">
        Enter
      </button>
    </form>
  );
}
