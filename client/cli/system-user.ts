import os from 'node:os';

/** The name of the system's user; undefined where the system has none for this process, as in some containers. */
export function systemUser(): string | undefined {
  try {
    const { username } = os.userInfo();
    return username === '' ? undefined : username;
  } catch {
    return undefined;
  }
}
