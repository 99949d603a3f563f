import type { ComponentChildren } from 'preact';

/** What went wrong, in the server's words; nothing where nothing did. */
export function Problems({ problems }: { readonly problems: readonly string[] }): ComponentChildren {
  return problems.length === 0 ? null : (
    <div class="problems" role="alert">
      <ul>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </div>
  );
}
