import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { expect } from 'chai';
import { z } from 'zod';

import { unusedFlags } from '../../client/cli/unused-flags.js';
import { workerArguments } from '../../client/cli/verbs/worker.js';
import { InvalidInputError } from '../../data/errors.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { idleProgram } from '../client/support/idle-program.js';
import { codeBlocks, withoutCode } from '../docs/markdown.js';
import { allPages } from '../docs/pages.js';

const DOCUMENTS = allPages().map((page) => page.path);
/** Stands for a value or the rest of a line. */
const AND_SO_ON = '…';

const read = (file: string): string => readFileSync(path.join(packageRoot, file), 'utf8');

/** Every command in a document: lines of shell blocks, their continuations joined, and spans in the text. */
function codeIn(markdown: string): string[] {
  const fenced = codeBlocks(markdown)
    .filter(({ info }) => /^sh\b/.test(info))
    .flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, ' ').split('\n'));
  return [...fenced, ...[...withoutCode(markdown).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)];
}

/** Words of a command as a shell would have them, up to a comment, a pipe or a redirection. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const end = words.findIndex((word) => /^(#|[|>])/.test(word));
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replaceAll(/^["']|["']$/g, ''));
}

/** What follows `gurukul` (after variables, after `npx`), or `npm start --`. */
function argumentsIn(line: string): string[] | undefined {
  const words = wordsOf(line);
  const first = words.findIndex((word) => !/^\w+=/.test(word) && word !== 'npx');
  if (words[first] === 'gurukul') return words.slice(first + 1);
  if (words[0] === 'npm' && words[1] === 'start')
    return ['run', '--embedded', ...words.slice(words[2] === '--' ? 3 : 2)];
  return undefined;
}

/** Whether this only names a verb, as a text does that speaks of it. */
function isName(args: readonly string[]): boolean {
  let command: Command | undefined = idleProgram();
  for (const word of args) command = command?.commands.find((one) => one.name() === word);
  return command !== undefined;
}

/** A flag that the command does not use in the mode that the others choose. */
function unusedFlagIn(program: Command, given: readonly string[]): string | undefined {
  const names: string[] = [];
  let command = program;
  for (const word of given) {
    const inner = command.commands.find((one) => one.name() === word);
    if (inner === undefined) break;
    names.push(word);
    command = inner;
  }
  return unusedFlags(names.join(' '), command.opts())[0];
}

/** What the program would say against a command line; undefined where it takes it. */
function objectionTo(args: readonly string[]): string | undefined {
  const given = args.filter((word) => word !== AND_SO_ON);
  try {
    const program = idleProgram().parse([...given], { from: 'user' });
    const worker = program.commands.find((command) => command.name() === 'worker');
    const { json: _ofTheClient, ...flags } = worker?.opts() ?? {};
    // The worker program's own parser, which looks at the values too.
    if (given[0] === 'worker') workerArguments(new Home('/nowhere/home'), { role: '', ...flags });
    return unusedFlagIn(program, given);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    if (!(error instanceof CommanderError)) throw error;
    const isCutShort =
      args.includes(AND_SO_ON) &&
      /^commander\.(missingArgument|optionMissingArgument|missingMandatoryOptionValue|help)$/.test(
        error.code,
      );
    return error.exitCode === 0 || isCutShort ? undefined : error.message;
  }
}

/** Command lines of the program that a document has. */
function commandLinesIn(file: string): { readonly line: string; readonly args: readonly string[] }[] {
  return codeIn(read(file)).flatMap((line) => {
    const args = argumentsIn(line);
    return args === undefined || args.length === 0 ? [] : [{ line, args }];
  });
}

describe('commands in the documents', () => {
  for (const file of DOCUMENTS.filter((one) => commandLinesIn(one).length > 0))
    it(`${file}: every gurukul command line is one that the program takes`, () => {
      const wrong = commandLinesIn(file).flatMap(({ line, args }) => {
        const objection = isName(args) ? undefined : objectionTo(args);
        return objection === undefined ? [] : [`${line.trim()}\n    ${objection}`];
      });
      expect(wrong.join('\n')).to.equal('');
    });

  it('are found', () => {
    expect(commandLinesIn('README.md').length).to.be.greaterThan(4);
    expect(commandLinesIn('docs/how-to/troubleshooting.md').length).to.be.greaterThan(40);
    expect(DOCUMENTS.flatMap(commandLinesIn).length).to.be.greaterThan(150);
  });

  it('every list of devices is one that a worker takes', () => {
    const lists = DOCUMENTS.flatMap((file) => [...read(file).matchAll(/--devices (\d[\d,]*)/g)]);
    expect(lists.length).to.be.greaterThan(1);
    const wrong = lists.flatMap(
      ([, devices = '']) =>
        objectionTo(['worker', '--role', 'train', '--accelerator', 'gpu', '--devices', devices]) ?? [],
    );
    expect(wrong).to.deep.equal([]);
  });

  it('name scripts that package.json has', () => {
    const { scripts } = z
      .looseObject({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')));
    const named = DOCUMENTS.flatMap((file) =>
      [...read(file).matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = '']) => name),
    );
    expect(named.length).to.be.greaterThan(5);
    expect([...new Set(named)].filter((name) => !(name in scripts))).to.deep.equal([]);
  });

  it('would be refused where they are wrong', () => {
    expect(objectionTo(['frobnicate'])).to.contain('unknown command');
    expect(objectionTo(['pause', 'RUN', '--why', 'x'])).to.contain('unknown option');
    expect(objectionTo(['pause'])).to.contain('missing required argument');
    expect(objectionTo(['status', 'RUN', 'more'])).to.contain('too many arguments');
    expect(objectionTo(['worker', '--role', 'trainer'])).to.contain('"trainer" must be one of meta');
    expect(objectionTo(['worker', '--role', 'train', '--devices', '0'])).to.contain('--accelerator gpu');
    expect(objectionTo(['schedule', 'stop', 'nightly'])).to.contain('unknown command');
    expect(argumentsIn('GURUKUL_FAULTS=\'[{"at": 1}]\' npx gurukul worker --role all # x')).to.deep.equal([
      'worker',
      '--role',
      'all',
    ]);
  });
});
