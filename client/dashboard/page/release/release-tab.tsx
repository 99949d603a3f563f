import type { ComponentChildren } from 'preact';

import { view } from '../state/view.js';
import { BriefingView } from './briefing-view.js';
import { BundleList } from './bundle-list.js';
import { Champion } from './champion.js';

/** Bundles, decisions about them, and the champion. */
export function ReleaseTab(): ComponentChildren {
  const run = view.value.params['run'];
  return (
    <>
      <h1>Release</h1>
      <Champion />
      <BundleList />
      {run !== undefined && <BriefingView key={run} runId={run} />}
    </>
  );
}
