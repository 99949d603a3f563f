import type { Command } from 'commander';

import { buildProgram } from '../../../client/cli/program.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';

/** The real commands and flags, with actions that do nothing. */
export function idleProgram(): Command {
  const nothing = (): void => undefined;
  const cli = {
    home: new Home('/nowhere'),
    packageRoot,
    cwd: '/',
    self: 'gurukul',
    interactive: false,
    out: nothing,
    note: nothing,
    fields: nothing,
  };
  return idle(buildProgram(cli));
}

function idle(command: Command): Command {
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
  command.commands.forEach(idle);
  return command;
}
