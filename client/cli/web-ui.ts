/**
 * Address of a workflow's page in the Temporal Web UI.
 *
 * @param uiUrl Base of the Web UI; where it is not known, `TEMPORAL_UI_URL`, or the dev server's usual place
 * beside `address`.
 */
export function workflowUrl(
  server: { readonly address: string; readonly namespace: string },
  workflowId: string,
  uiUrl?: string,
): string {
  const base = uiUrl ?? process.env['TEMPORAL_UI_URL'] ?? defaultUi(server.address);
  return `${base.replace(/\/$/, '')}/namespaces/${encodeURIComponent(server.namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}

function defaultUi(address: string): string {
  const host = address.slice(0, address.lastIndexOf(':')) || address;
  return `http://${host}:8233`;
}
