import { AgenciesController } from './agencies.controller.js';
import { ApiKeysController } from './api-keys.controller.js';
import { BudgetController } from './budget.controller.js';
import { ClioRecordsController } from './clio-records.controller.js';
import { ConnectionsController } from './connections.controller.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeletionsController } from './deletions.controller.js';
import { EntitiesController } from './entities.controller.js';
import { ErasuresController } from './erasures.controller.js';
import { ConflictsController } from './conflicts.controller.js';
import { IdentityController } from './identity.controller.js';
import { OperationsController } from './operations.controller.js';
import { PeopleController } from './people.controller.js';
import { RecordsController } from './records.controller.js';
import { ReplaysController } from './replays.controller.js';
import { RunControlController } from './run-control.controller.js';
import { RunsController } from './runs.controller.js';
import { SessionController } from './session.controller.js';
import { SettingsController } from './settings.controller.js';
import { SetupController } from './setup.controller.js';
import { StreamController } from './stream.controller.js';
import { WebhooksController } from './webhooks.controller.js';

/** Everything under `/api/v1`. */
export const apiControllers = [
  SessionController,
  SetupController,
  PeopleController,
  ApiKeysController,
  ConnectionsController,
  WebhooksController,
  AgenciesController,
  SettingsController,
  ErasuresController,
  BudgetController,
  RunsController,
  RunControlController,
  EntitiesController,
  IdentityController,
  ConflictsController,
  ClioRecordsController,
  OperationsController,
  RecordsController,
  DeadLettersController,
  DeletionsController,
  ReplaysController,
  StreamController,
];
