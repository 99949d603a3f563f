import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { InvalidInputError } from '../../../data/errors.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { connectClient, connectWorker } from '../../../temporal-config/connection.js';
import type { DevServer } from '../../../temporal-config/dev-server.js';
import { startDevServer } from '../../../temporal-config/dev-server.js';
import { freePortFrom } from '../../../temporal-config/ports.js';
import { gurukul } from '../../client/support/gurukul-process.js';
import type { Certificate } from '../../support/certificates.js';
import { certificateMaker } from '../../support/certificates.js';
import type { FrontOptions, GrpcFront } from '../../support/grpc-front.js';
import { startGrpcFront } from '../../support/grpc-front.js';
import { rejection } from '../../support/rejection.js';

const API_KEY = 'key-0123456789abcdef';

describe('connecting to a server behind TLS', function () {
  this.timeout(600_000);
  let folder: string;
  let home: Home;
  let server: DevServer;
  let ours: Certificate;
  let strangers: Certificate;
  let localhost: Certificate;
  let client: Certificate;
  let foreignClient: Certificate;
  const fronts: GrpcFront[] = [];
  const kept = { ...process.env };

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-tls-'));
    home = new Home(path.join(folder, 'home'));
    const make = certificateMaker(folder);
    ours = make.authority('our-ca');
    strangers = make.authority('other-ca');
    localhost = make.signed('localhost', ours, ['localhost']);
    client = make.signed('client', ours, []);
    foreignClient = make.signed('foreign-client', strangers, []);
    server = await startDevServer({ home, packageRoot, port: await freePortFrom(43_100) });
  });
  beforeEach(forgetSettings);
  afterEach(async () => {
    await Promise.all(fronts.splice(0).map(async (front) => front.close()));
  });
  after(async () => {
    forgetSettings();
    Object.assign(process.env, kept);
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  function forgetSettings(): void {
    for (const name of Object.keys(process.env))
      if (name.startsWith('TEMPORAL_') && name !== 'TEMPORAL_CLI_PATH')
        Reflect.deleteProperty(process.env, name);
  }

  async function front(options: Omit<FrontOptions, 'server'>): Promise<GrpcFront> {
    const started = await startGrpcFront({ server: server.address, ...options });
    fronts.push(started);
    return started;
  }

  /** Names a profile of a TOML file, as an operator does. */
  function useProfile(text: string): void {
    const file = path.join(folder, 'temporal.toml');
    writeFileSync(file, `[profile.cluster]\n${text}\n`);
    Object.assign(process.env, { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'cluster' });
  }

  async function expectServed(): Promise<void> {
    const asClient = await connectClient({ home });
    await asClient.client.workflow.count();
    await asClient.connection.close();
    const asWorker = await connectWorker({ home });
    await asWorker.connection.workflowService.getSystemInfo({});
    await asWorker.connection.close();
  }

  async function expectRefused(pattern: RegExp): Promise<void> {
    for (const connect of [connectClient, connectWorker]) {
      const { problems } = await rejection(connect({ home }), InvalidInputError);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(pattern);
    }
  }

  it('trusts the CA of the profile, and no other', async () => {
    const { port } = await front({ certificate: localhost });
    useProfile(`address = "localhost:${port}"\n[profile.cluster.tls]\nserver_ca_cert_path = "${ours.cert}"`);
    await expectServed();
    useProfile(
      `address = "localhost:${port}"\n[profile.cluster.tls]\nserver_ca_cert_path = "${strangers.cert}"`,
    );
    await expectRefused(/shows a certificate that is not trusted.*server_ca_cert_path/);
  });

  it('trusts no certificate for another name, unless the name is given', async () => {
    const { port } = await front({ certificate: localhost });
    Object.assign(process.env, {
      TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: ours.cert,
    });
    await expectRefused(/certificate for another name.*TEMPORAL_TLS_SERVER_NAME/);
    process.env['TEMPORAL_TLS_SERVER_NAME'] = 'localhost';
    await expectServed();
  });

  it('presents its client certificate where one is required', async () => {
    const { port } = await front({ certificate: localhost, clientAuthority: ours.cert });
    const profile = (more: string): string =>
      `address = "localhost:${port}"\n[profile.cluster.tls]\nserver_ca_cert_path = "${ours.cert}"\n${more}`;
    const showing = ({ cert, key }: Certificate): string =>
      profile(`client_cert_path = "${cert}"\nclient_key_path = "${key}"`);
    useProfile(showing(client));
    await expectServed();
    const options = { cwd: folder, env: { ...process.env, GURUKUL_HOME: home.root } };
    expect(await gurukul(['list', '--json'], options)).to.deep.equal({
      status: 0,
      stdout: '[]\n',
      stderr: '',
    });

    useProfile(profile(''));
    await expectRefused(/wants another client certificate.*client_cert_path/);
    // `list` would do with the files of the home.
    const refused = await gurukul(['schedule', 'list'], options);
    expect(refused.status).to.equal(2);
    expect(refused.stderr).to.match(/^error: the Temporal server at localhost:\d+ wants [^\n]*\n$/);
    useProfile(showing(foreignClient));
    await expectRefused(/wants another client certificate/);
  });

  it('sends the API key as a bearer token, over TLS', async () => {
    const guarded = await front({ certificate: localhost, apiKey: API_KEY });
    Object.assign(process.env, {
      TEMPORAL_ADDRESS: `localhost:${guarded.port}`,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: ours.cert,
      TEMPORAL_API_KEY: API_KEY,
    });
    await expectServed();
    expect(guarded.authorizations.length).to.be.greaterThan(3);
    expect(new Set(guarded.authorizations)).to.deep.equal(new Set([`Bearer ${API_KEY}`]));
    process.env['TEMPORAL_API_KEY'] = 'another-key';
    await expectRefused(/refuses the credentials: check the API key/);
  });

  it('reports which side speaks TLS where only one does', async () => {
    const { port } = await front({ certificate: localhost });
    process.env['TEMPORAL_ADDRESS'] = `localhost:${port}`;
    await expectRefused(/does not speak plain gRPC: .* TEMPORAL_TLS=true/);
    Object.assign(process.env, { TEMPORAL_ADDRESS: server.address, TEMPORAL_TLS: 'true' });
    await expectRefused(/does not speak TLS/);
  });

  it('gives the embedded server neither TLS nor the key of another one', async () => {
    const open = await front({});
    Object.assign(process.env, {
      TEMPORAL_API_KEY: API_KEY,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: ours.cert,
      TEMPORAL_GRPC_META_SECRET: 'x',
    });
    // As its own address, and as what the home says of it.
    for (const options of [{ address: `127.0.0.1:${open.port}`, home }, { home }]) {
      const asClient = await connectClient(options);
      await asClient.client.workflow.count();
      await asClient.connection.close();
      const asWorker = await connectWorker(options);
      await asWorker.connection.close();
    }
    expect(open.authorizations.length).to.be.greaterThan(2);
    expect(new Set(open.authorizations)).to.deep.equal(new Set([undefined]));
  });
});
