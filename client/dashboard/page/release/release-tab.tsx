import type { ComponentChildren } from 'preact';

/** Bundles, decisions about them, and the champion. */
export function ReleaseTab(): ComponentChildren {
  return <h1>Release</h1>;
}
