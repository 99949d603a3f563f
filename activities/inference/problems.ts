import type { z } from 'zod';

const MOST = 5;

/** What is wrong with a file, in one line. */
export function problemsOf({ issues }: z.ZodError): string {
  const shown = issues.slice(0, MOST).map(({ path, message }) => {
    const place = path.map(String).join('.');
    return place === '' ? message : `${place}: ${message}`;
  });
  const more = issues.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
