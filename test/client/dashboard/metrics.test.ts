import { expect } from 'chai';

import type { DashboardRig } from './support/dashboard.js';
import { dashboardRig } from './support/dashboard.js';

const TOKEN = 'a token that is long enough';

describe('metrics of the dashboard', () => {
  let rig: DashboardRig;
  afterEach(async () => rig.close());

  it('are those of the process, its home and its requests by route', async () => {
    rig = await dashboardRig();
    await rig.app.inject('/api/runs/nothing');
    const { statusCode, headers, body } = await rig.app.inject('/metrics');
    expect([statusCode, headers['content-type']]).to.deep.equal([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(body).to.contain('gurukul_home_readable 1');
    expect(body).to.match(
      /^gurukul_http_request_seconds_count\{method="GET",route="\/api\/runs\/:\w+",status="400"\} 1$/m,
    );
    expect(body, 'an address of a visitor makes no series').to.not.contain('nothing');
  });

  it('ask for the token where there is one; health and readiness say nothing and do not', async () => {
    rig = await dashboardRig({ host: '0.0.0.0', token: TOKEN });
    const status = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
      (await rig.app.inject({ url, headers })).statusCode;
    expect(await status('/metrics')).to.equal(401);
    expect(await status('/metrics?x=1')).to.equal(401);
    expect(await status('/metrics', { authorization: `Bearer ${TOKEN}` })).to.equal(200);
    expect([await status('/healthz'), await status('/readyz')]).to.deep.equal([200, 200]);
  });
});
