import type { ComponentChildren } from 'preact';

import { BacktestTab } from './backtest/backtest-tab.js';
import { ReleaseTab } from './release/release-tab.js';
import { Login } from './parts/login.js';
import { home, locked } from './state/home.js';
import type { Tab } from './state/view.js';
import { TABS, showView, view, viewAddress } from './state/view.js';
import { TrainingTab } from './training/training-tab.js';

const TITLES: Readonly<Record<Tab, string>> = {
  training: 'Training',
  backtest: 'Backtest',
  release: 'Release',
};

/** The whole page: its head, and the tab that the address names. */
export function App(): ComponentChildren {
  const { tab } = view.value;
  document.title = `${TITLES[tab]} · Gurukul`;
  if (locked.value) return <Login />;
  return (
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <header class="head">
        <span class="name">Gurukul</span>
        <nav aria-label="Tabs">
          {TABS.map((one) => (
            <a
              key={one}
              href={viewAddress({ ...view.value, tab: one })}
              aria-current={one === tab ? 'page' : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                showView({ tab: one });
              }}
            >
              {TITLES[one]}
            </a>
          ))}
        </nav>
        <span class="where">
          {home.value === undefined ? '' : `${home.value.readOnly ? 'read-only · ' : ''}${home.value.home}`}
        </span>
      </header>
      <main id="content" tabIndex={-1}>
        {tab === 'training' && <TrainingTab />}
        {tab === 'backtest' && <BacktestTab />}
        {tab === 'release' && <ReleaseTab />}
      </main>
    </>
  );
}
