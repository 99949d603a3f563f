import type { ComponentChildren } from 'preact';

import { home } from '../state/home.js';

/** A workflow in the Temporal Web UI; its id alone where no Web UI is known. */
export function workflowLink(workflowId: string, text: string): ComponentChildren {
  const { webUi = null, namespace = '' } = home.value ?? {};
  if (webUi === null) return text;
  const address = `${webUi.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
  return (
    <a href={address} target="_blank" rel="noreferrer">
      {text}
    </a>
  );
}
