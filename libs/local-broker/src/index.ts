export { LocalBroker, type LocalBrokerOptions, type LocalBrokerStats } from './broker.js';
export type { QueueFigures } from './destination.js';
