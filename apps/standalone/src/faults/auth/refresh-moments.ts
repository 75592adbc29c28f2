import type { WatchedWork } from '../process-watch.js';
import type { RefreshMoment } from './auth-protocol.js';

const tokensStored = 'update credential set access_token = $3';

/** By what a refresh is known from below. */
export const refreshMomentsSeen: WatchedWork<RefreshMoment> = {
  request: ({ path }) => (path.endsWith('/oauth/token') ? { begun: 'after-intent', sent: 'during-call' } : null),
  before: { 'attempt_started_at = clock_timestamp()': 'before-intent', [tokensStored]: 'before-store' },
  committed: { [tokensStored]: 'after-store' },
};
