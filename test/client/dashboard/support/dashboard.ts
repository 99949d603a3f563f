import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { FastifyInstance } from 'fastify';

import type { ActionAnswer } from '../../../../client/dashboard/contract/answers.js';
import type { DashboardPlace } from '../../../../client/dashboard/server/access.js';
import type { DashboardActions } from '../../../../client/dashboard/server/actions.js';
import type { DashboardParts } from '../../../../client/dashboard/server/server.js';
import { buildDashboard } from '../../../../client/dashboard/server/server.js';
import { InvalidInputError } from '../../../../data/errors.js';
import { Home } from '../../../../data/store/home.js';

/** An action that the page asked for. */
export interface AskedAction {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A dashboard on a home of its own, before it listens. */
export interface DashboardRig {
  readonly app: FastifyInstance;
  readonly home: Home;
  /** Actions in the order in which they were asked for. */
  readonly asked: readonly AskedAction[];
  close(): Promise<void>;
}

export const LOOPBACK_PLACE: DashboardPlace = {
  host: '127.0.0.1',
  port: 0,
  readOnly: false,
  token: undefined,
};

/** A dashboard whose actions are written down instead of done. */
export async function dashboardRig(
  place: Partial<DashboardPlace> = {},
  parts: Partial<DashboardParts> = {},
): Promise<DashboardRig> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-dashboard-'));
  const home = new Home(path.join(folder, 'home'));
  const pageFolder = path.join(folder, 'page');
  mkdirSync(pageFolder, { recursive: true });
  writeFileSync(path.join(pageFolder, 'index.html'), '<!doctype html><title>Gurukul</title>');
  writeFileSync(path.join(pageFolder, 'page-ABC.js'), 'void 0;');
  const asked: AskedAction[] = [];
  const app = await buildDashboard(
    {
      home,
      pageFolder,
      version: '0',
      namespace: 'default',
      webUi: null,
      runs: {
        list: async () => Promise.resolve({ runs: [], remark: null }),
        find: async (runId) => Promise.reject(new InvalidInputError([`there is no run ${runId}`])),
      },
      workers: async () => Promise.resolve({ queues: [], quotas: [], remark: null }),
      release: {
        champion: async () => Promise.resolve({ champion: null, shadow: null }),
        verify: async () => Promise.resolve(JSON.stringify({ result: 'ok', checked: ['its manifest'] })),
      },
      actions: writtenDown(asked),
      ...parts,
    },
    { ...LOOPBACK_PLACE, ...place },
  );
  return {
    app,
    home,
    asked,
    close: async () => {
      await app.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function writtenDown(asked: AskedAction[]): DashboardActions {
  const note =
    (name: string) =>
    async (...args: readonly unknown[]): Promise<ActionAnswer> => {
      asked.push({ name, args });
      return Promise.resolve({ result: null, notes: [] });
    };
  return {
    pause: note('pause'),
    unpause: note('unpause'),
    cancel: note('cancel'),
    concurrency: note('concurrency'),
    resume: note('resume'),
    approve: note('approve'),
    reject: note('reject'),
    rollback: note('rollback'),
    retire: note('retire'),
  };
}
