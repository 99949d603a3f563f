import { signal } from '@preact/signals';

export const TABS = ['training', 'backtest', 'release'] as const;
export type Tab = (typeof TABS)[number];

/** What is shown. All of it stands in the address, so that it can be shared and survives a reload. */
export interface View {
  readonly tab: Tab;
  /** Everything else by name: `run`, `window`, `compare`, … */
  readonly params: Readonly<Record<string, string>>;
}

/** The view that the address names. */
export const view = signal<View>(viewOf(location));

addEventListener('popstate', () => {
  view.value = viewOf(location);
});

/**
 * Shows another view and adds it to the browser's history.
 *
 * @param change `params` are merged with those shown; an empty text takes one out.
 */
export function showView(change: {
  readonly tab?: Tab;
  readonly params?: Readonly<Record<string, string>>;
}): void {
  const { tab = view.value.tab, params = {} } = change;
  const next: View = { tab, params: withoutEmpty({ ...view.value.params, ...params }) };
  const address = viewAddress(next);
  if (address !== location.pathname + location.search) history.pushState(null, '', address);
  view.value = next;
}

/** The view's address on this server. */
export function viewAddress({ tab, params }: View): string {
  const query = new URLSearchParams(params).toString();
  return `/${tab}${query === '' ? '' : `?${query}`}`;
}

function viewOf({ pathname, search }: Location): View {
  const tab = TABS.find((one) => pathname === `/${one}`) ?? 'training';
  return { tab, params: Object.fromEntries(new URLSearchParams(search)) };
}

function withoutEmpty(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ''));
}
