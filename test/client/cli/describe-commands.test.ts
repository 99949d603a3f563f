import { Command } from 'commander';
import { expect } from 'chai';

import { describeCommands } from '../../../client/cli/describe-commands.js';
import { choiceFlag } from '../../../client/cli/run-flags.js';
import { idleProgram } from '../support/idle-program.js';

describe('the description of all commands', () => {
  it('has names, arguments, flags, choices and defaults, and leaves hidden commands out', () => {
    const program = new Command('tool');
    program
      .command('make')
      .description('makes it')
      .argument('<thing>', 'what')
      .argument('[where]', 'the place')
      .addOption(choiceFlag('--window-days <days>', 'how long', ['1', '2']))
      .option('--port <n>', 'where', '80')
      .requiredOption('--by <name>', 'who')
      .option('--json', 'as JSON');
    program.command('secret', { hidden: true });
    program.command('group').command('inner').description('inside');
    const no = { required: false, choices: [] };
    expect(describeCommands(program)).to.deep.equal([
      {
        name: 'make',
        usage: 'tool make [options] <thing> [where]',
        description: 'makes it',
        arguments: [
          { name: 'thing', description: 'what', required: true, choices: [] },
          { name: 'where', description: 'the place', ...no },
        ],
        flags: [
          {
            ...{ usage: '--window-days <days>', long: 'window-days', key: 'windowDays' },
            ...{ description: 'how long', takesValue: true, required: false, choices: ['1', '2'] },
          },
          {
            ...{ usage: '--port <n>', long: 'port', key: 'port', takesValue: true },
            ...{ description: 'where (default: "80")', ...no },
          },
          {
            ...{ usage: '--by <name>', long: 'by', key: 'by', description: 'who' },
            ...{ takesValue: true, required: true, choices: [] },
          },
          {
            ...{ usage: '--json', long: 'json', key: 'json', description: 'as JSON' },
            ...{ takesValue: false, ...no },
          },
        ],
      },
      {
        name: 'group inner',
        usage: 'tool group inner [options]',
        description: 'inside',
        arguments: [],
        flags: [],
      },
    ]);
  });

  it('describes everything that the program has', () => {
    const described = describeCommands(idleProgram());
    const names = described.map(({ name }) => name);
    expect(names).to.include.members(['run', 'plan', 'status', 'audit verify', 'schedule create']);
    expect(names).not.to.include.members(['complete']);
    const silent = described.flatMap(({ name, description, arguments: args, flags }) =>
      [{ what: name, description }]
        .concat(args.map((one) => ({ what: `${name} ${one.name}`, description: one.description })))
        .concat(flags.map((one) => ({ what: `${name} --${one.long}`, description: one.description })))
        .filter((one) => one.description === '')
        .map(({ what }) => what),
    );
    expect(silent, 'without a description').to.deep.equal([]);
    const mute = described.filter(({ flags }) => !flags.some(({ long }) => long === 'json'));
    expect(
      mute.map(({ name }) => name),
      'without --json',
    ).to.deep.equal([]);
  });
});
