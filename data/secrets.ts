/**
 * Secrets that this process knows, and texts without them. Nothing of ours writes a secret on purpose; an
 * error of a library or a provider may quote one. So whatever leaves the process as text (a failure, a log
 * line, an event) goes through {@link withoutSecrets}.
 */

/** Variables that hold a secret, by name; those that name a file, an address or an id do not. */
const SECRET_NAME =
  /^(?:BREEZE_|TEMPORAL_GRPC_META_)|(?:^|_)(?:API_?KEY|KEYS?|KEY_DATA|SECRETS?|TOKEN|PASSWORD|PASSPHRASE|AUTH|CREDENTIALS?)(?:$|_)/i;
const NO_SECRET = /^GURUKUL_BREEZE_CREDENTIALS$|_(?:PATH|FILE|DIR|URL|URI|ID|SOCK)$/i;

/** What is shorter is no secret worth its name, and would be found everywhere. */
const SHORTEST = 8;
/** The same of a whole value that is known to be one. */
const SHORTEST_KEPT = 4;

const MASK = '[secret]';

let known: readonly string[] | undefined;

/** Secrets among the variables of an environment. */
export function secretsOf(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env)
    .filter(([name]) => SECRET_NAME.test(name) && !NO_SECRET.test(name))
    .flatMap(([, value]) => formsOf(value ?? ''));
}

/** Remembers a secret that did not come from the environment. */
export function keepSecret(value: string): void {
  known ??= longestFirst(secretsOf(process.env));
  const forms = formsOf(value, SHORTEST_KEPT);
  if (!forms.every((form) => known?.includes(form))) known = longestFirst([...known, ...forms]);
}

/** The text with every known secret masked. */
export function withoutSecrets(text: string): string {
  known ??= longestFirst(secretsOf(process.env));
  return known.reduce((cleaned, secret) => cleaned.replaceAll(secret, MASK), text);
}

/** A secret as it may stand in a text: whole, as JSON has it, and line by line. */
function formsOf(value: string, shortestWhole = SHORTEST): string[] {
  const trimmed = value.trim();
  const whole = [trimmed, JSON.stringify(trimmed).slice(1, -1)];
  const parts = trimmed.split(/[\n,]/).map((part) => part.trim());
  return [
    ...whole.filter((form) => form.length >= shortestWhole),
    ...parts.filter((form) => form.length >= SHORTEST),
  ];
}

/** A secret that is a part of another must not leave the other's rest behind. */
function longestFirst(secrets: readonly string[]): string[] {
  return [...new Set(secrets)].sort((a, b) => b.length - a.length);
}
