import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import { GurukulError } from '../../../data/errors.js';
import { armFaults } from '../../../data/fault-injection.js';
import { telemetryLineSchema } from '../../../data/schemas/telemetry-line.js';
import { Home } from '../../../data/store/home.js';
import { recordEvent } from '../../../data/telemetry/telemetry.js';
import type { WindowEnd } from '../../../data/telemetry/window-events.js';
import { recordWindowEnds } from '../../../data/telemetry/window-events.js';
import { rejection } from '../../support/rejection.js';
import { eventsOf } from '../../support/run-files.js';

const ATTEMPT = { attempt: 1, duration: 1_200, reused: false };

function ended(symbol: string, error: 'Diverged' | null = null): WindowEnd {
  return {
    ...{ symbol, window: `${symbol}_2024-01-01_to_2024-06-29`, start: '2024-01-01', end: '2024-06-29' },
    ...{ status: error === null ? 'succeeded' : 'failed', reason: error, error, message: error },
    ...{ rows: error === null ? 90 : null, loss: error === null ? 0.69 : null },
  };
}

describe('the end of each window', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-window-events-')));
  });
  afterEach(() => {
    armFaults([]);
    rmSync(home.root, { recursive: true });
  });

  const tell = async (unit: string, windows: readonly WindowEnd[], attempt = 1): Promise<void> =>
    recordWindowEnds(home, 'r', { unit, note: path.join(home.root, `${unit.split('.')[0]}.json`) }, windows, {
      ...ATTEMPT,
      attempt,
    });
  const told = async (): Promise<string[]> =>
    (await eventsOf(home, 'r')).flatMap((event) =>
      event.event === 'window' ? `${event.unit} ${event.symbol} ${event.status}` : [],
    );

  it('is told with its figures', async () => {
    await tell('a', [ended('TCS')]);
    const [event] = await eventsOf(home, 'r');
    expect(telemetryLineSchema.parse(event)).to.include({
      ...{ v: 1, run: 'r', event: 'window', status: 'succeeded', rows: 90, loss: 0.69 },
      ...{ duration: 1_200, attempt: 1, reused: false, reason: null },
    });
  });

  it('is told once, however often the activity is retried', async () => {
    for (let attempt = 1; attempt < 4; attempt += 1) {
      await tell('a', [ended('TCS'), ended('INFY')], attempt);
      await tell('b', [ended('SBIN', 'Diverged')], attempt);
    }
    expect(await told()).to.deep.equal(['a TCS succeeded', 'a INFY succeeded', 'b SBIN failed']);
  });

  it('is told again where it came out otherwise, or was trained again', async () => {
    await tell('a', [ended('TCS', 'Diverged')]);
    await tell('a', [ended('TCS')]);
    await tell('a.again', [ended('TCS')]);
    expect(await told()).to.deep.equal(['a TCS failed', 'a TCS succeeded', 'a.again TCS succeeded']);
  });

  it('is told once whatever write is refused', async () => {
    const windows = [ended('TCS'), ended('INFY')];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('store.write', 'store.append'),
        fc.nat({ max: 3 }),
        async (at, skipped) => {
          rmSync(home.root, { recursive: true, force: true });
          armFaults([{ at, do: 'ENOSPC', after: skipped }]);
          await tell('a', windows).catch(() => undefined);
          armFaults([]);
          recordEvent(home, 'r', { event: 'trials', id: 'trials', trials: 3, new: 0 });
          await tell('a', windows);
          await tell('a', windows);
          expect((await told()).sort()).to.deep.equal(['a INFY succeeded', 'a TCS succeeded']);
        },
      ),
    );
  });

  it('says that the disk is full', async () => {
    armFaults([{ at: 'store.append', do: 'ENOSPC' }]);
    expect((await rejection(tell('a', [ended('TCS')]), GurukulError)).message).to.include('ENOSPC');
  });
});
