import { readFile } from 'node:fs/promises';

import { errorMessage } from '../../data/errors.js';
import type { Random } from '../../data/random.js';
import { registerSecret } from '../../data/secrets/secrets.js';
import type { Home } from '../../data/store/home.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { asFailure } from '../../workers/activity-failures.js';
import { gurukulHere } from '../client/support/gurukul-here.js';
import { filesOf } from './bundle-damage.js';
import { decide, decisionFiles } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf, randomBytesOf } from './kind.js';
import { sealedCopy } from './rig.js';

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LETTERS = `${CAPITALS}abcdefghijklmnopqrstuvwxyz`;

/** A secret in a form that services give out. */
function secretOf(random: Random): string {
  return oneOf(random, [
    () => `AKIA${draw(random, CAPITALS, 16)}`,
    () => `ghp_${draw(random, LETTERS, 36)}`,
    () => `github_pat_${draw(random, LETTERS, 40)}`,
    () => `sk-${draw(random, LETTERS, 48)}`,
    () => `xoxb-${draw(random, LETTERS, 24)}`,
    () => `AIza${draw(random, LETTERS, 35)}`,
    () => `eyJ${draw(random, LETTERS, 20)}.${draw(random, LETTERS, 30)}.${draw(random, LETTERS, 20)}`,
    () =>
      `-----BEGIN ${oneOf(random, ['', 'RSA ', 'EC ', 'OPENSSH '])}PRIVATE KEY-----\n${draw(random, LETTERS, 64)}`,
    // With a capital, a small letter and a digit, as random bytes of this length nearly always have.
    () => `aB3${draw(random, LETTERS, 40)}`,
    () => `aB3${randomBytesOf(random, 24).toString('hex').toUpperCase()}z`,
  ])();
}

/** Secrets that get into typed texts, errors and events. */
export const SECRETS: readonly AttackKind[] = [
  {
    name: 'secret/typed',
    caught:
      'a decision with a text that has a secret is refused by client and worker, without repeating it, and no file has it',
    share: 1.5,
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      const secret = secretOf(random);
      const text = oneOf(random, [
        secret,
        `because ${secret}`,
        `(${secret})`,
        `token=${secret}; fine`,
        `fine: "${secret}"`,
      ]);
      const asked = oneOf(random, [{ by: text }, { reason: text }]);
      const message = await decide(home, asked).then(
        () => undefined,
        (error: unknown) => errorMessage(error),
      );
      if (message === undefined) return `the worker took ${JSON.stringify(text)}`;
      const { by = 'Asha', reason = 'fine' } = { by: undefined, reason: undefined, ...asked };
      const typed = ['approve', 'run_a', '--by', by, '--reason', reason];
      const { status, stdout, stderr } = await gurukulHere(typed, { home, address: '127.0.0.1:1' });
      if (status !== 2) return `the client took ${JSON.stringify(text)}`;
      if (`${message}${stdout}${stderr}`.includes(secret)) return 'the refusal repeats the secret';
      const files = await decisionFiles(home);
      return files.length === 0 ? holderOf(home, secret) : 'the refusal left a decision';
    },
  },
  {
    name: 'secret/known',
    caught: 'a secret that the process knows is in no event, no failure and no decision, whole or escaped',
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      const secret = `${draw(random, LETTERS, random.integer(8, 40))}${oneOf(random, ['', '"', '\\', ' x', 'é'])}`;
      registerSecret(secret);
      recordEvent(home, 'run_a', {
        event: 'phase',
        id: 'x',
        message: `a ${secret} b`,
        deep: { [secret]: [secret] },
      });
      const failure = asFailure(new Error(`a library quotes ${secret}`, { cause: new Error(secret) }));
      const said = `${failure.message} ${failure.stack ?? ''} ${JSON.stringify(failure)}`;
      if (said.includes(secret) || said.includes(JSON.stringify(secret).slice(1, -1)))
        return 'the failure has it';
      const isRefused = await decide(home, { reason: `because ${secret}` }).then(
        () => false,
        () => true,
      );
      return isRefused ? holderOf(home, secret) : 'a decision has it';
    },
  },
];

/** What got through: the file of a home that has a text, whole or escaped as in JSON. */
async function holderOf(home: Home, text: string): Promise<string | undefined> {
  const forms = [text, JSON.stringify(text).slice(1, -1)];
  for (const file of await filesOf(home.root)) {
    const content = await readFile(file, 'utf8');
    if (forms.some((form) => content.includes(form))) return `${home.relative(file)} has the secret`;
  }
  return undefined;
}

function draw(random: Random, from: string, length: number): string {
  return Array.from({ length }, () => from[random.integer(0, from.length - 1)] ?? '').join('');
}
