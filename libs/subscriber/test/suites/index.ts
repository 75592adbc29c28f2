import type { TestBroker } from '../harness.js';
import { currentStateSuite } from './current-state.js';
import { deadLettersSuite } from './dead-letters.js';
import { declaringSuite } from './declaring.js';
import { handlingSuite } from './handling.js';
import { replaySuite } from './replay.js';

export function brokerSuites(broker: () => TestBroker): void {
  handlingSuite(broker);
  declaringSuite(broker);
  deadLettersSuite(broker);
  replaySuite(broker);
  currentStateSuite(broker);
}
