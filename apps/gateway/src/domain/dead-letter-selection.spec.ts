import { selectionOf } from './dead-letter-selection.js';

it('takes any one criterion', () => {
  expect(selectionOf({ queue: 'clio-sync.start-run' })).toEqual({
    deadLetterIds: null,
    fingerprint: null,
    queue: 'clio-sync.start-run',
  });
});

it('refuses a selection of everything and names what can be given', () => {
  expect(() => selectionOf({})).toThrow('at least one of deadLetterIds, fingerprint and queue');
});
