import type { Champion } from '../../data/decisions/champion-state.js';
import { GurukulError } from '../../data/errors.js';
import type { Comparison } from '../../data/schemas/decision.js';
import { homeSigner } from '../../data/signing/known-signer.js';
import type { Home } from '../../data/store/home.js';
import { bundleClaims, trialsNow } from './bundle-claims.js';
import type { BundleWork } from './bundle-work.js';

/**
 * What a bundle that was verified is compared with in its home: the champion, whose files are hashed again, and all
 * configurations that were tried here.
 *
 * @param folder Absolute path of the candidate's bundle.
 */
export async function compareWithHome(
  home: Home,
  folder: string,
  champion: Champion | undefined,
  bundles: BundleWork,
): Promise<Comparison> {
  const found = champion === undefined ? null : await rehashed(home, champion, bundles);
  return {
    champion: found,
    candidate: (await bundleClaims(folder)).figures,
    sameRows:
      champion === undefined || found?.bundle !== 'verified'
        ? null
        : await bundles.compareOnSameRows(folder, home.absolute(champion.bundle)),
    trials: await trialsNow(home, folder),
  };
}

/** A champion whose bundle is gone or was changed can still be replaced, so nothing is refused here. */
async function rehashed(
  home: Home,
  champion: Champion,
  { verifyBundle }: BundleWork,
): Promise<NonNullable<Comparison['champion']>> {
  const { run, decision } = champion;
  const folder = await home.store.localFolder(champion.bundle);
  const without = (bundle: 'changed' | 'missing'): NonNullable<Comparison['champion']> => ({
    ...{ run, decision, bundleDigest: null, bundle, figures: {} },
  });
  if ((await home.store.list(champion.bundle)).length === 0) return without('missing');
  const report = await verifyBundle(folder, homeSigner(home.signingKey())).catch((error: unknown) => {
    if (error instanceof GurukulError) return undefined;
    throw error;
  });
  if (report === undefined || report.result === 'failed') return without('changed');
  const { digest, result } = report;
  const bundle =
    digest !== champion.bundleDigest ? 'changed' : result === 'ok' ? 'verified' : 'partly checked';
  return { run, decision, bundleDigest: digest, bundle, figures: (await bundleClaims(folder)).figures };
}
