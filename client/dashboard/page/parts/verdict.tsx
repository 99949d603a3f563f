import type { ComponentChildren } from 'preact';

/** Verdict of a gate or a shock, in its colour. */
export function Verdict({ verdict }: { readonly verdict: string }): ComponentChildren {
  return <strong class={`verdict ${verdict.replaceAll(' ', '-')}`}>{verdict}</strong>;
}
