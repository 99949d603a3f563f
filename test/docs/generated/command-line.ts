import type { DescribedCommand, DescribedFlag } from '../../../client/cli/describe-commands.js';
import { describeCommands } from '../../../client/cli/describe-commands.js';
import { RUN_FLAGS } from '../../../client/cli/run-flags.js';
import { idleProgram } from '../../client/support/idle-program.js';
import { markdownTable } from '../markdown.js';

/** Flags that run, plan, ingest and `schedule create` share, beside those of {@link RUN_FLAGS}. */
const ALSO_SHARED = ['symbols-file', 'config'];
const SHARED_HEADING = 'Flags of run, plan, ingest and schedule create';

/** The commands with their flags, from the program's own command tree. */
export function commandLine(): string {
  const commands = describeCommands(idleProgram());
  const run = commands.find(({ name }) => name === 'run');
  return [
    markdownTable(
      ['command', 'does'],
      commands.map(({ name, description }) => [`[\`${name}\`](#${anchor(name)})`, description]),
    ),
    `## ${SHARED_HEADING}`,
    'These four share the flags below. Each stands for one key of the [configuration](configuration.md).',
    flagTable(run === undefined ? [] : sharedFlags(run)),
    ...commands.flatMap(describe),
  ].join('\n\n');
}

function describe(command: DescribedCommand): string[] {
  const shared = sharedFlags(command);
  const own = command.flags.filter((flag) => !shared.includes(flag));
  return [
    `## ${command.name}`,
    sentence(command.description),
    `\`\`\`text\n${command.usage}\n\`\`\``,
    ...(command.arguments.length === 0
      ? []
      : [
          markdownTable(
            ['argument', 'meaning'],
            command.arguments.map(({ name, description, choices }) => [
              `\`${name}\``,
              withChoices(description, choices),
            ]),
          ),
        ]),
    ...(shared.length === 0
      ? []
      : [`Beside the [flags that several commands share](#${anchor(SHARED_HEADING)}):`]),
    ...(own.length === 0 ? [] : [flagTable(own)]),
  ];
}

/** The flags of a command that a run's input is made of: only commands with `--config` have them. */
function sharedFlags({ flags }: DescribedCommand): DescribedFlag[] {
  if (!flags.some(({ long }) => long === 'config')) return [];
  return flags.filter(
    ({ usage, long }) => RUN_FLAGS.some((shared) => shared.flags === usage) || ALSO_SHARED.includes(long),
  );
}

function flagTable(flags: readonly DescribedFlag[]): string {
  return markdownTable(
    ['flag', 'meaning'],
    flags.map(({ usage, description, choices, required }) => [
      `\`${usage}\``,
      `${withChoices(description, choices)}${required ? ' (required)' : ''}`,
    ]),
  );
}

/** A description, and the values that it may have where it does not name them itself. */
function withChoices(description: string, choices: readonly string[]): string {
  const unnamed = choices.some((choice) => !description.includes(choice));
  return unnamed ? `${description} (one of: ${choices.join(', ')})` : description;
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.:]$/.test(upper) ? upper : `${upper}.`;
}

function anchor(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z -]/g, '')
    .replaceAll(' ', '-');
}
