import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import { describeEnd } from '../../../client/cli/describe-run.js';
import { readBreezeCredentials } from '../../../data/sources/breeze/breeze-credentials.js';
import { Home } from '../../../data/store/home.js';
import { readPrivateFile } from '../../../data/store/private-file.js';
import { shellWord } from '../../../data/text/shell-word.js';

/** The words that a shell makes of a command. */
const wordsOf = (command: string): string[] =>
  execFileSync('sh', ['-c', `for word in ${command}; do printf '%s\\0' "$word"; done`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

describe('a word in a command to copy', () => {
  it('is one argument to a real shell, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('\0')),
        (text) => {
          expect(wordsOf(shellWord(text))).to.deep.equal([text]);
        },
      ),
      { numRuns: 60 },
    );
    for (const text of ['', "it's", '$HOME', '`id`', 'a b', '~', '*', '# no', 'a;b', '\\', '!x', 'é'])
      expect(wordsOf(shellWord(text)), text).to.deep.equal([text]);
  });

  it('stays as it is where no quotes are needed', () => {
    expect(shellWord('/home/me/var/release/audit_x')).to.equal('/home/me/var/release/audit_x');
  });

  describe('with a home whose path has a space', () => {
    let root: string;
    let file: string;
    beforeEach(() => {
      root = path.join(mkdtempSync(path.join(tmpdir(), 'gurukul-word-')), "a home's place");
      mkdirSync(root);
      file = path.join(root, 'secret.json');
      writeFileSync(file, '{"apiKey": "secret-key", "apiSession": "secret-session"}');
      chmodSync(file, 0o644);
    });
    afterEach(() => rmSync(path.dirname(root), { recursive: true }));

    const remedyOf = (read: () => unknown): string => {
      try {
        read();
      } catch (error) {
        return /chmod 600 .*$/.exec(error instanceof Error ? error.message : '')?.[0] ?? 'no remedy';
      }
      throw new Error('the file was read');
    };

    it('the command that protects a file with secrets does', () => {
      for (const read of [() => readPrivateFile(file), () => readBreezeCredentials({}, file)]) {
        chmodSync(file, 0o644);
        execFileSync('sh', ['-c', remedyOf(read)]);
        expect(statSync(file).mode & 0o777).to.equal(0o600);
      }
      rmSync(file);
      expect(wordsOf(remedyOf(() => readBreezeCredentials({}, file)))).to.deep.equal(['chmod', '600', file]);
    });

    it('the command that verifies a bundle names the bundle', async () => {
      const home = new Home(root);
      const bundle = path.join(root, 'release', 'audit_x');
      const cli = { home, packageRoot: root, cwd: root, self: 'gurukul', interactive: false };
      const end = await describeEnd(
        { ...cli, out: () => undefined, note: () => undefined, fields: () => undefined },
        {
          ...{ runId: 'x', workflowId: 'train/x', phase: 'done', students: 0, bundleDigest: null },
          ...{ skippedBy: {}, failedBy: {}, bundle, decision: 'pending' },
          windows: { planned: 0, succeeded: 0, skipped: 0, failed: 0 },
        },
        { url: 'http://127.0.0.1:8233', serverStays: true },
      );
      const [, command = ''] = /^Verify {4}(.*)$/m.exec(end.join('\n')) ?? [];
      expect(wordsOf(command)).to.deep.equal(['gurukul', 'audit', 'verify', bundle]);
    });
  });
});
