import { clioApiPath, clioResourceNames, clioResources } from '@firmbridge/clio-api';
import type { WatchedWork } from '../process-watch.js';
import type { CallMoment, ClioReplicaSettings } from './clio-protocol.js';

const lists = new Set(clioResourceNames.map((name) => withoutEnding(clioApiPath + clioResources[name].listPath)));
const written = 'update write_task set state = $3, record_id = $4';

/** By what a page is known from below, and by what a write is. */
export const callMomentsSeen: Readonly<Record<ClioReplicaSettings['work'], WatchedWork<CallMoment>>> = {
  pages: {
    request: ({ method, path }) =>
      method === 'GET' && isList(path) ? { begun: 'before-call', sent: 'during-call' } : null,
    before: { 'insert into page_mark': 'before-store', 'update run_resource set cursor = $4': 'amid-store' },
    committed: { 'update run_resource set cursor = $4': 'after-store' },
  },
  writes: {
    request: ({ method }) => (method === 'POST' ? { begun: 'before-call', sent: 'during-call' } : null),
    before: { [written]: 'before-store' },
    committed: { [written]: 'after-store' },
  },
};

/** Behind the origin of a region. */
function isList(path: string): boolean {
  const at = path.indexOf(clioApiPath);
  return at >= 0 && lists.has(withoutEnding(path.slice(at).split('?')[0] ?? ''));
}

function withoutEnding(path: string): string {
  return path.replace(/\.json$/, '');
}
