import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** A certificate and its key, as PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes certificates in a folder with OpenSSL. */
export interface CertificateMaker {
  /** A certificate authority. */
  authority(name: string): Certificate;
  /** A certificate that an authority signed. @param names Host names and addresses that it is valid for. */
  signed(name: string, by: Certificate, names: readonly string[]): Certificate;
}

export function certificateMaker(folder: string): CertificateMaker {
  const at = (name: string): Certificate => ({
    cert: path.join(folder, `${name}.pem`),
    key: path.join(folder, `${name}.key`),
  });
  const request = (name: string, key: string, out: string, ...more: readonly string[]): void =>
    openssl(
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${name}`, '-keyout', key, '-out', out, ...more],
    );
  return {
    authority: (name) => {
      const made = at(name);
      request(name, made.key, made.cert, '-x509', '-addext', 'basicConstraints=critical,CA:TRUE');
      return made;
    },
    signed: (name, by, names) => {
      const made = at(name);
      const asked = path.join(folder, `${name}.csr`);
      const extensions = path.join(folder, `${name}.ext`);
      request(name, made.key, asked);
      const alternatives = names.map((one) => (/^[\d.]+$/.test(one) ? `IP:${one}` : `DNS:${one}`));
      const subjects = alternatives.length === 0 ? '' : `subjectAltName=${alternatives.join(',')}\n`;
      // An extension makes it version 3, which some libraries require.
      writeFileSync(extensions, `basicConstraints=CA:FALSE\n${subjects}`);
      openssl(
        ...['x509', '-req', '-days', '2', '-in', asked, '-out', made.cert, '-extfile', extensions],
        ...['-CA', by.cert, '-CAkey', by.key, '-CAcreateserial'],
      );
      return made;
    },
  };
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
