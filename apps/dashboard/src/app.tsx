import { useRemote } from './api/remote-value.js';
import { connections } from './features/connections/connections.js';
import { LiveMark } from './features/live/live-mark.js';
import { ClosedPage } from './pages/closed.page.js';
import { OverviewPage } from './pages/overview.page.js';
import { BrandMark } from './ui/brand-mark.js';

const unauthorized = 401;

export function App() {
  const { refusal } = useRemote(connections);
  return (
    <>
      <a className="visually-hidden-focusable skip-link" href="#content">
        Skip to the content
      </a>
      <header className="top-bar">
        <div className="container-xxl d-flex align-items-center gap-3">
          <a className="brand" href="/">
            <BrandMark />
            Firmbridge
          </a>
          <LiveMark />
          <a className="ms-auto top-link" href="/api/docs">
            API
          </a>
        </div>
      </header>
      <main id="content" className="container-xxl py-4">
        {refusal?.status === unauthorized ? <ClosedPage /> : <OverviewPage />}
      </main>
    </>
  );
}
