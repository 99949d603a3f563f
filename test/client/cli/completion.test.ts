import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { complete } from '../../../client/cli/complete.js';
import { describeCommands } from '../../../client/cli/describe-commands.js';
import { compiledRoot } from '../../../data/store/package-root.js';
import { idleProgram } from '../support/idle-program.js';

describe('completion', () => {
  /** Values offered for the last word. */
  const offered = async (line: string): Promise<string[]> => {
    const commands = describeCommands(idleProgram());
    const answers = await complete(commands, line.split(' '), {
      runs: async () => Promise.resolve(['nightly', 'night_2']),
    });
    return answers.map(({ value }) => value);
  };

  for (const [line, values] of [
    ['sta', ['status']],
    ['unp', ['unpause']],
    ['audit ', ['verify']],
    ['schedule p', ['pause']],
    ['status n', ['nightly', 'night_2']],
    ['status nightly --j', ['--json']],
    ['status nightly ', []],
    ['explain nightly', ['nightly']],
    ['explain nightly T', []],
    ['run --source c', ['csv']],
    ['run --source=c', ['--source=csv']],
    ['run --source = c', ['csv']],
    ['run --source =', ['synthetic', 'csv', 'breeze', 'yahoo']],
    ['run --sou', ['--source']],
    ['run --source csv --sou', []],
    ['run --bars ', []],
    ['run --json --det', ['--detach']],
    ['resume --only failed nig', ['nightly', 'night_2']],
    ['completion z', ['zsh']],
    ['frobnicate ', []],
  ] as const)
    it(`offers ${values.join(', ') || 'nothing'} for "${line}"`, async () => {
      expect(await offered(line)).to.deep.equal(values);
    });

  it('offers every command at first, with what it does', async () => {
    const commands = describeCommands(idleProgram());
    const answers = await complete(commands, [''], { runs: async () => Promise.resolve([]) });
    expect(answers.map(({ value }) => value)).to.deep.equal([
      ...new Set(commands.map(({ name }) => name.split(' ')[0])),
    ]);
    expect(answers.find(({ value }) => value === 'plan')?.description).to.contain('without training');
  });

  describe('in a shell', () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-shell-'));
      const command = path.join(folder, 'gurukul');
      const program = path.join(compiledRoot, 'client-bundle', 'main.js');
      writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
      chmodSync(command, 0o755);
      mkdirSync(path.join(folder, 'home', 'models', 'nightly'), { recursive: true });
    });
    after(() => rmSync(folder, { recursive: true }));

    const shell = (name: string, ...args: readonly string[]): string => {
      const { stdout, stderr, status } = spawnSync(name, args, {
        encoding: 'utf8',
        cwd: folder,
        env: {
          PATH: `${folder}:${process.env['PATH'] ?? ''}`,
          HOME: folder,
          GURUKUL_HOME: path.join(folder, 'home'),
          TERM: 'dumb',
        },
      });
      expect(stderr).to.equal('');
      expect(status).to.equal(0);
      return stdout;
    };
    const statusIs = (): string => {
      const found = describeCommands(idleProgram()).find(({ name }) => name === 'status');
      return found?.description ?? '';
    };
    const has = (name: string): boolean => spawnSync(name, ['-c', 'true']).status === 0;

    it('is what bash offers', function () {
      if (!has('bash')) this.skip();
      const asked = (...words: readonly string[]): string[] =>
        shell(
          ...(['bash', '--norc', '-c'] as const),
          `source <(gurukul completion bash); complete -p gurukul >/dev/null || exit 1
           COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gurukul; printf '%s\\n' "\${COMPREPLY[@]}"`,
          ...['bash', 'gurukul', ...words],
        )
          .split('\n')
          .filter((line) => line !== '');
      expect(asked('sta')).to.deep.equal(['status']);
      expect(asked('status', '')).to.deep.equal(['nightly']);
      expect(asked('plan', '--source', '=', 'y')).to.deep.equal(['yahoo']);
      expect(asked('plan', '--bars', '')).to.deep.equal([]);
    });

    it('is what fish offers', function () {
      if (!has('fish')) this.skip();
      const asked = (line: string): string[] =>
        shell('fish', '--no-config', '-c', `gurukul completion fish | source; complete -C '${line}'`)
          .split('\n')
          .filter((answer) => answer !== '');
      expect(asked('gurukul stat')).to.deep.equal([`status\t${statusIs()}`]);
      expect(asked('gurukul status ni')).to.deep.equal(['nightly']);
      expect(asked('gurukul plan --bars ho')).to.deep.equal(['home/']);
    });

    it('is what zsh offers', function () {
      if (!has('zsh')) this.skip();
      // Without a terminal there is no line to complete: the answers are read where zsh would show them.
      const asked = (...line: readonly string[]): string[] =>
        shell(
          ...(['zsh', '--no-rcs', '-c'] as const),
          `autoload -U compinit; compinit -D -u; source <(gurukul completion zsh)
           [[ "$_comps[gurukul]" == _gurukul ]] || exit 1
           _describe() { print -rl -- "\${(@P)2}" }; _files() { print files }
           words=("$@"); CURRENT=$#; _gurukul`,
          ...['zsh', 'gurukul', ...line],
        )
          .split('\n')
          .filter((answer) => answer !== '');
      expect(asked('stat')).to.deep.equal([`status:${statusIs()}`]);
      expect(asked('status', 'ni')).to.deep.equal(['nightly:']);
      expect(asked('plan', '--bars', '')).to.deep.equal(['files']);
    });
  });
});
