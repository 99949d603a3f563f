import type { Argument, Command, Option } from 'commander';

/** A flag of a command, as help, reference and completion show it. */
export interface DescribedFlag {
  /** `--window-days <days>`. */
  readonly usage: string;
  /** Without dashes: `window-days`. */
  readonly long: string;
  /** How the program calls it: `windowDays`. */
  readonly key: string;
  readonly description: string;
  /** False for a switch. */
  readonly takesValue: boolean;
  readonly required: boolean;
  /** The values that it can have, where they can be listed; else empty. */
  readonly choices: readonly string[];
}

/** An argument of a command. */
export interface DescribedArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** The values that it can have, where they can be listed; else empty. */
  readonly choices: readonly string[];
}

/** One command that does something; `audit` is none, `audit verify` is. */
export interface DescribedCommand {
  /** `schedule create`. */
  readonly name: string;
  /** `gurukul schedule create [options] <name>`. */
  readonly usage: string;
  readonly description: string;
  readonly arguments: readonly DescribedArgument[];
  readonly flags: readonly DescribedFlag[];
}

/** All commands of the program with their arguments and flags, in the order of its help; hidden ones are left out. */
export function describeCommands(program: Command): DescribedCommand[] {
  return visible(program).flatMap((command) => described(command, [program.name()]));
}

function described(command: Command, above: readonly string[]): DescribedCommand[] {
  const names = [...above, command.name()];
  if (command.commands.length > 0) return visible(command).flatMap((inner) => described(inner, names));
  return [
    {
      name: names.slice(1).join(' '),
      usage: `${names.join(' ')} ${command.usage()}`,
      description: command.description(),
      arguments: command.registeredArguments.map(describedArgument),
      flags: command.options.filter(({ hidden }) => !hidden).map(describedFlag),
    },
  ];
}

/** The command `help`, which commander adds, is left out too. */
function visible(command: Command): Command[] {
  const shown = new Set(command.createHelp().visibleCommands(command));
  return command.commands.filter((inner) => shown.has(inner));
}

function describedArgument(argument: Argument): DescribedArgument {
  const { description, required, argChoices = [] } = argument;
  return { name: argument.name(), description, required, choices: argChoices };
}

function describedFlag(option: Option): DescribedFlag {
  const { flags, description, mandatory, argChoices = [] } = option;
  const defaults = defaultText(option.defaultValue);
  return {
    usage: flags,
    long: option.name(),
    key: option.attributeName(),
    description: defaults === '' ? description : `${description} (default: ${defaults})`,
    takesValue: !option.isBoolean(),
    required: mandatory,
    choices: argChoices,
  };
}

function defaultText(value: unknown): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.map(String).join(', ') : JSON.stringify(value);
}
