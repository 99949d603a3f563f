import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';

import type { ProcessName } from '../../../scripts/shared/lock.mjs';
import { isAlive, processName, withLock } from '../../../scripts/shared/lock.mjs';

const COUNTER_PROGRAM = fileURLToPath(new URL('./lock-counter.js', import.meta.url));
const NO_PID = 2 ** 22 + 1;

describe('the lock between processes', () => {
  let folder: string;
  let lock: string;
  const free = (line: string): void => expect.fail(`waited: ${line}`);

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-lock-'));
    lock = path.join(folder, 'locks', 'x.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const hold = (owner: object): void => {
    mkdirSync(lock, { recursive: true });
    const whole = { token: 'other', purpose: 'building', since: 'noon', host: hostname(), ...owner };
    writeFileSync(path.join(lock, 'owner.json'), JSON.stringify(whole));
  };

  it('lets one process in at a time, also when some are killed inside', async () => {
    const file = path.join(folder, 'count');
    writeFileSync(file, '0');
    const rounds = 10;
    const programs = ['stay', 'stay', 'stay', 'die', 'die'].map((end) =>
      fork(COUNTER_PROGRAM, [lock, file, String(rounds), end]),
    );
    await Promise.all(programs.map((program) => once(program, 'exit')));
    // Those that die do so inside the lock, after half of their rounds.
    expect(Number(readFileSync(file, 'utf8'))).to.equal(3 * rounds + 2 * (rounds / 2));
    // The last to die left its lock, which keeps no process out.
    await withLock(lock, 'cleaning up', free, () => Promise.resolve());
    expect(readdirSync(path.dirname(lock))).to.deep.equal([]);
  });

  it('returns the result, and is free again after an error too', async () => {
    expect(await withLock(lock, 'counting', free, () => Promise.resolve(7))).to.equal(7);
    const failed = withLock(lock, 'failing', free, () => Promise.reject(new Error('no')));
    await failed.catch((error: unknown) => expect(error).to.have.property('message', 'no'));
    expect(existsSync(lock)).to.equal(false);
  });

  it('names the process that it waits for', async () => {
    hold(processName());
    const lines: string[] = [];
    const waiting = withLock(
      lock,
      'waiting',
      (line) => {
        lines.push(line);
        rmSync(lock, { recursive: true });
      },
      () => Promise.resolve(),
    );
    await waiting;
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include(`process ${process.pid} on ${hostname()}`).and.to.include('building');
  });

  it('takes over from a dead process and from a reused pid', async () => {
    const owners: ProcessName[] = [{ pid: NO_PID }];
    // Where there is no /proc, a reused pid cannot be detected.
    if (processName().startedTicks !== undefined) owners.push({ pid: process.pid, startedTicks: '1' });
    for (const owner of owners) {
      hold(owner);
      await withLock(lock, 'taking over', free, () => Promise.resolve());
    }
  });

  it('takes over from another machine only after a long silence', async () => {
    hold({ pid: 1, host: 'elsewhere' });
    const owner = path.join(lock, 'owner.json');
    const lines: string[] = [];
    await withLock(
      lock,
      'waiting',
      (line) => {
        lines.push(line);
        const longAgo = new Date(Date.now() - 10 * 60_000);
        utimesSync(owner, longAgo, longAgo);
      },
      () => Promise.resolve(),
    );
    expect(lines.join('\n')).to.include('elsewhere');
  });

  it('distinguishes a living process from a dead one', () => {
    expect(isAlive({ pid: process.pid })).to.equal(true);
    expect(isAlive({ pid: NO_PID })).to.equal(false);
  });

  it('treats a zombie as dead', function () {
    if (processName().startedTicks === undefined) return this.skip();
    const child = spawn('true');
    const ended = (): boolean => !isAlive({ pid: child.pid ?? 0 });
    // The event loop stands still here, so the parent cannot have noticed the end.
    const nothing = new Int32Array(new SharedArrayBuffer(4));
    for (let looks = 0; !ended() && looks < 500; looks += 1) Atomics.wait(nothing, 0, 0, 20);
    expect(child.exitCode, 'what the parent knows').to.equal(null);
    expect(ended()).to.equal(true);
  });
});
