import { ConnectionsController } from './connections.controller.js';
import { EntitiesController } from './entities.controller.js';
import { RecordsController } from './records.controller.js';
import { RunsController } from './runs.controller.js';
import { StreamController } from './stream.controller.js';

/** Everything under `/api/v1`. */
export const apiControllers = [
  ConnectionsController,
  RunsController,
  EntitiesController,
  RecordsController,
  StreamController,
];
