import { GurukulError, InvalidInputError } from '../../data/errors.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import { openProvider } from '../../data/sources/open-source.js';
import { isProvider } from '../../data/sources/provider.js';
import { providerSettings } from '../../data/sources/provider-settings.js';
import type { Cli } from './cli.js';

/**
 * Looks, before anything is started, whether the provider of a source takes our login: settings, credentials, and
 * for Breeze one call that shows whether the login is still good. Other sources pass, and what calls nobody.
 *
 * @throws InvalidInputError with what is wrong and how to fix it.
 * @throws GurukulError ProviderDown when the provider does not answer, so that it cannot be said.
 */
export async function requireProvider(
  cli: Cli,
  { source, offline = false }: Pick<RunInput, 'source' | 'offline'>,
): Promise<void> {
  if (!isProvider(source) || offline) return;
  const provider = openProvider(source, providerSettings(cli.home));
  const refusal = await provider.login({ spend: () => true, signal: new AbortController().signal });
  if (refusal === undefined) return;
  const { outcome, message } = refusal;
  switch (outcome) {
    case 'session':
      throw new InvalidInputError([`--source: ${message ?? 'the login has ended'}`]);
    case 'limited':
      // The run itself waits until its turn comes.
      cli.note(`${source} takes no more calls just now (${message ?? 'a limit is reached'}); the run waits`);
      return;
    case 'down':
      throw new GurukulError('ProviderDown', `${source} does not answer: ${message ?? 'no reason given'}`);
    default:
      throw new InvalidInputError([
        `--source: ${source} refuses the login (${message ?? outcome}): look at key and session`,
      ]);
  }
}
