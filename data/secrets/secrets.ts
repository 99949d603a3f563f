/**
 * Masks the secrets that this process knows. The program never writes a secret on purpose, but an error of a
 * library or a provider may quote one. So all text that leaves the process (a failure, a log line, an event)
 * goes through {@link maskSecrets}.
 */

/** Names of environment variables that hold a secret. */
const SECRET_NAME =
  /^(?:BREEZE_|TEMPORAL_GRPC_META_)|(?:^|_)(?:API_?KEY|KEYS?|KEY_DATA|SECRETS?|TOKEN|PASSWORD|PASSPHRASE|AUTH|CREDENTIALS?)(?:$|_)/i;
/** Exceptions: names of variables that hold a path, an address or an id. */
const NO_SECRET = /^GURUKUL_BREEZE_CREDENTIALS$|_(?:PATH|FILE|DIR|URL|URI|ID|SOCK)$/i;

/** Shorter values are not masked: they are no real secrets, and would match in ordinary text. */
const MIN_LENGTH = 8;
/** Minimum length of a value that was registered as a secret. */
const MIN_REGISTERED_LENGTH = 4;

const MASK = '[secret]';

let known: readonly string[] | undefined;

/** The secrets among the variables of an environment. */
export function secretsOf(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env)
    .filter(([name]) => isSecretName(name))
    .flatMap(([, value]) => formsOf(value ?? ''));
}

/** Names of variables that a process without a network has no use for: secrets, and where they are. */
const OF_SERVICES =
  /^(?:BREEZE_|TEMPORAL_|AWS_|AZURE_|GOOGLE_)|^GURUKUL_BREEZE_CREDENTIALS$|^GURUKUL_ENCRYPTION_KEYS_FILE$/i;

/**
 * An environment without secrets, for a process that talks to no server and no provider: neither secrets by name,
 * nor the settings of services, nor the places of files with secrets.
 */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !OF_SERVICES.test(name) && !isSecretName(name)),
  );
}

/** Variables by which a home's store in a bucket is reached, where it has one. */
const OF_STORE = /^AWS_/i;

/** The variables by which a store in a bucket is reached, for a process without other secrets; none where there is no such store. */
export function storeSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return hasRemoteStore(env)
    ? Object.fromEntries(Object.entries(env).filter(([name]) => OF_STORE.test(name)))
    : {};
}

function hasRemoteStore(env: NodeJS.ProcessEnv): boolean {
  return (env['GURUKUL_STORE'] ?? '') !== '';
}

/** Names of the variables of a data provider: secrets, and where they are. */
const OF_PROVIDERS = /^BREEZE_|^GURUKUL_BREEZE_CREDENTIALS$|^AWS_/i;

/** Whether a variable is one of a data provider, and none of the store. */
function isOfProvider(name: string, env: NodeJS.ProcessEnv): boolean {
  return OF_PROVIDERS.test(name) && !(hasRemoteStore(env) && OF_STORE.test(name));
}

/** An environment without the secrets of a data provider, for a process that reads no bars from one. */
export function withoutProviderSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOfProvider(name, env)));
}

/**
 * Removes the secrets of a data provider from this process's own environment: neither it nor a process that it
 * starts has them. They are still masked in what it says.
 */
export function dropProviderSecrets(): void {
  known ??= longestFirst(secretsOf(process.env));
  for (const name of Object.keys(process.env))
    if (isOfProvider(name, process.env)) Reflect.deleteProperty(process.env, name);
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NO_SECRET.test(name);
}

/** Registers a secret that did not come from the environment, so that it is masked too. */
export function registerSecret(value: string): void {
  known ??= longestFirst(secretsOf(process.env));
  const forms = formsOf(value, MIN_REGISTERED_LENGTH);
  if (!forms.every((form) => known?.includes(form))) known = longestFirst([...known, ...forms]);
}

/** All secrets that are masked in this thread: for one that it starts, which reads neither profiles nor key files. */
export function knownSecrets(): readonly string[] {
  known ??= longestFirst(secretsOf(process.env));
  return known;
}

/** The text with every known secret masked. */
export function maskSecrets(text: string): string {
  known ??= longestFirst(secretsOf(process.env));
  return known.reduce((cleaned, secret) => cleaned.replaceAll(secret, MASK), text);
}

/** The forms in which a secret may appear in a text: whole, escaped as in JSON, and line by line. */
function formsOf(value: string, minLength = MIN_LENGTH): string[] {
  const trimmed = value.trim();
  const whole = [trimmed, JSON.stringify(trimmed).slice(1, -1)];
  const parts = trimmed.split(/[\n,]/).map((part) => part.trim());
  return [
    ...whole.filter((form) => form.length >= minLength),
    ...parts.filter((form) => form.length >= MIN_LENGTH),
  ];
}

/** Longest first: masking a secret that is part of a longer one would leave the rest of the longer one. */
function longestFirst(secrets: readonly string[]): string[] {
  return [...new Set(secrets)].sort((a, b) => b.length - a.length);
}
