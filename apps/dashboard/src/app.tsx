import { useRemote } from './api/remote-value.js';
import { LiveMark } from './features/live/live-mark.js';
import { AccountMenu } from './features/session/account-menu.js';
import { session } from './features/session/session.js';
import { AccountPage } from './pages/account.page.js';
import { LogInPage } from './pages/log-in.page.js';
import { OverviewPage } from './pages/overview.page.js';
import { PeoplePage } from './pages/people.page.js';
import { SettingsPage } from './pages/settings.page.js';
import { SetupPage } from './pages/setup.page.js';
import { BrandMark } from './ui/brand-mark.js';
import { RefusalAlert } from './ui/refusal-alert.js';

const unauthorized = 401;

export function App() {
  const { value: me, refusal } = useRemote(session);
  const isOut = refusal?.status === unauthorized;
  const isIn = me !== null && !isOut;
  return (
    <>
      <a className="visually-hidden-focusable skip-link" href="#content">
        Skip to the content
      </a>
      <header className="top-bar">
        <div className="container-xxl top-row">
          <a className="brand" href="/">
            <BrandMark />
            Firmbridge
          </a>
          {isIn && (
            <>
              <LiveMark />
              <nav className="top-links" aria-label="Pages">
                {me.permissions.includes('people.read') && (
                  <a className="top-link" href="/people">
                    People
                  </a>
                )}
                {me.permissions.includes('connections.read') && (
                  <a className="top-link" href="/settings">
                    Settings
                  </a>
                )}
                <a className="top-link" href="/api/docs">
                  API
                </a>
              </nav>
              <AccountMenu me={me} />
            </>
          )}
        </div>
      </header>
      <main id="content" className="container-xxl py-4">
        <Page isIn={isIn} isOut={isOut} />
        {!isIn && !isOut && <RefusalAlert refusal={refusal} />}
      </main>
    </>
  );
}

function Page({ isIn, isOut }: { readonly isIn: boolean; readonly isOut: boolean }) {
  const { pathname, search } = window.location;
  // Whoever it is, the page must know before it sends anything.
  if (!isIn && !isOut) return null;
  const setupToken = new URLSearchParams(search).get('token');
  if (pathname === '/setup' && setupToken !== null) return <SetupPage setupToken={setupToken} />;
  if (isOut) return <LogInPage />;
  if (pathname === '/people') return <PeoplePage />;
  if (pathname === '/settings') return <SettingsPage />;
  return pathname === '/account' ? <AccountPage /> : <OverviewPage />;
}
