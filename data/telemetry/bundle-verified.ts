import { channel, subscribe } from 'node:diagnostics_channel';

/** Who verifies a bundle says so; where nobody listens it costs nothing. */
const VERIFIED = 'gurukul:bundle-verified';
const verified = channel(VERIFIED);

/** Says that a bundle was verified. @param ok Whether it is what was signed. */
export function bundleVerified(ok: boolean): void {
  verified.publish(ok);
}

/** Calls back for every bundle that this process verifies from now on. */
export function onBundleVerified(listener: (ok: boolean) => void): void {
  subscribe(VERIFIED, (ok) => listener(ok === true));
}
