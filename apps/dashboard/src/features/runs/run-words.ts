import type { ResourceProgress, Run } from '@firmbridge/api-client';
import type { Tone } from '../../ui/badge.js';

export const modeWords: Readonly<Record<Run['mode'], string>> = {
  initial: 'First sync',
  incremental: 'Sync of changes',
  webhook: 'Sync of one record',
  manual: 'Requested sync',
  renormalize: 'Read again from what is stored',
  sweep: 'Search for deleted records',
};

export const stateWords: Readonly<Record<Run['state'], { readonly tone: Tone; readonly words: string }>> = {
  running: { tone: 'info', words: 'Running' },
  paused: { tone: 'warning', words: 'Paused' },
  parked: { tone: 'warning', words: 'Waiting for reconnection' },
  completed: { tone: 'good', words: 'Completed' },
  failed: { tone: 'bad', words: 'Failed' },
  cancelled: { tone: 'warning', words: 'Cancelled' },
};

export const resourceWords: Readonly<Record<ResourceProgress['state'], string>> = {
  waiting: 'Waiting',
  fetching: 'Reading',
  applying: 'Applying',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};
