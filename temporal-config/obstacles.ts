import type { Obstacle } from './probe.js';

/**
 * A message for a person: what keeps them from connecting, and how to fix it.
 *
 * @param waitedMs How long the client waited for an answer.
 */
export function describeObstacle(address: string, obstacle: Obstacle, waitedMs: number): string {
  const server = `the Temporal server at ${address}`;
  switch (obstacle.kind) {
    case 'unreachable':
      return noServer(address, obstacle.code === 'ECONNREFUSED' ? undefined : obstacle.code);
    case 'silent':
      return noServer(address, `no answer within ${waitedMs / 1000} s`);
    case 'tls-expected':
      return (
        `${server} does not speak plain gRPC: if it wants TLS, set TEMPORAL_TLS=true or use a profile with ` +
        '[profile.NAME.tls]; otherwise another program listens there'
      );
    case 'no-tls':
      return `${server} does not speak TLS, and the settings ask for it: TEMPORAL_TLS, TEMPORAL_TLS_*, TEMPORAL_API_KEY, or the profile`;
    case 'untrusted':
      return (
        `${server} shows a certificate that is not trusted (${obstacle.detail}): name the CA that signed it as ` +
        'server_ca_cert_path of the profile, or in TEMPORAL_TLS_SERVER_CA_CERT_PATH'
      );
    case 'other-name':
      return (
        `${server} shows a certificate for another name (${obstacle.detail}): set server_name of the ` +
        'profile, or TEMPORAL_TLS_SERVER_NAME'
      );
    case 'client-certificate':
      return (
        `${server} wants another client certificate (${obstacle.detail}): set client_cert_path and ` +
        'client_key_path of the profile, or TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH'
      );
    case 'tls':
      return `no TLS connection to ${server} (${obstacle.detail}): check the certificates and keys of the profile`;
  }
}

function noServer(address: string, why?: string): string {
  const reason = why === undefined ? '' : ` (${why})`;
  return `no Temporal server at ${address}${reason}: start one with \`gurukul up\`, or set TEMPORAL_ADDRESS`;
}
