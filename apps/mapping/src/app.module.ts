import { Module } from '@nestjs/common';
import { ApplyPage } from './application/apply-page.js';
import { AnnouncePage } from './application/announce-page.js';
import { CountEntities } from './application/count-entities.js';
import { KeepConnections } from './application/keep-connections.js';
import { KeepLinks } from './application/keep-links.js';
import { KeepPairings } from './application/keep-pairings.js';
import { NormalizeRecords } from './application/normalize-records.js';
import { PairContacts } from './application/pair-contacts.js';
import { SearchEntities } from './application/search-entities.js';
import { EntityQuestionsHandler } from './inbound/messages/entity-questions.handler.js';
import { KeepConnectionsHandler } from './inbound/messages/keep-connections.handler.js';
import { KeepLinksHandler } from './inbound/messages/keep-links.handler.js';
import { NormalizeRecordsHandler } from './inbound/messages/normalize-records.handler.js';
import { ConnectionRepository } from './persistence/connection.repository.js';
import { CrosswalkRepository } from './persistence/crosswalk.repository.js';
import { EntityViewRepository } from './persistence/entity-view.repository.js';
import { EntityRepository } from './persistence/entity.repository.js';
import { RecordErrorRepository } from './persistence/record-error.repository.js';

@Module({
  controllers: [NormalizeRecordsHandler, KeepLinksHandler, KeepConnectionsHandler, EntityQuestionsHandler],
  providers: [
    NormalizeRecords,
    ApplyPage,
    AnnouncePage,
    PairContacts,
    KeepLinks,
    KeepConnections,
    KeepPairings,
    SearchEntities,
    CountEntities,
    ConnectionRepository,
    CrosswalkRepository,
    EntityRepository,
    EntityViewRepository,
    RecordErrorRepository,
  ],
})
export class MappingModule {}
