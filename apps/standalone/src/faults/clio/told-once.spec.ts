import type { TappedEvent } from '../entity-tap.js';
import { eventsWithoutChange } from './told-once.js';

const told = (subject: string, version: string, state: unknown): TappedEvent => ({
  ...{ id: `${subject} ${version}`, subject, version, state },
  type: `firmbridge.entity.matter.${version.endsWith('.1') ? 'created' : 'updated'}.v1`,
  digest: '',
});

it('counts events that tell the state before them, in whatever order and however often they came', () => {
  const events = [
    told('matter/1', '1.3', { name: 'b' }),
    told('matter/1', '1.1', { name: 'a' }),
    told('matter/1', '1.2', { name: 'b' }),
    told('matter/1', '1.2', { name: 'b' }),
    told('matter/2', '1.2', { name: 'a' }),
    told('matter/2', '2.1', { name: 'a' }),
  ];
  expect(eventsWithoutChange(events)).toBe(1);
  expect(eventsWithoutChange([])).toBe(0);
});
