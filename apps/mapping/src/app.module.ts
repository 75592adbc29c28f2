import { Module, type DynamicModule } from '@nestjs/common';
import { agreementProviders } from './agreement.providers.js';
import { ApplyPage } from './application/apply-page.js';
import { AnnouncePage } from './application/announce-page.js';
import { CountEntities } from './application/count-entities.js';
import { CarryDecided } from './application/identity/carry-decided.js';
import { DecideMatch } from './application/identity/decide-match.js';
import { FindEntity } from './application/identity/find-entity.js';
import { FindMatchReviews } from './application/identity/find-match-reviews.js';
import { JoinEntities } from './application/identity/join-entities.js';
import { MatchThresholdSettings } from './application/identity/match-threshold-settings.js';
import { MergeEntities } from './application/identity/merge-entities.js';
import { SplitEntity } from './application/identity/split-entity.js';
import { SplitOff } from './application/identity/split-off.js';
import { AskAboutDuplicate } from './application/identity/ask-about-duplicate.js';
import { AskWhetherSame } from './application/identity/ask-whether-same.js';
import { LinkWrittenRecord } from './application/link-written-record.js';
import { FindMatches } from './application/identity/find-matches.js';
import { MatchPage } from './application/identity/match-page.js';
import { KeepConnections } from './application/keep-connections.js';
import { KeepLinks } from './application/keep-links.js';
import { KeepPairings } from './application/keep-pairings.js';
import { NormalizeRecords } from './application/normalize-records.js';
import { PairContacts } from './application/pair-contacts.js';
import { RenormalizeOutdated } from './application/renormalize-outdated.js';
import { AcceptReplay } from './application/replays/accept-replay.js';
import { CancelReplay } from './application/replays/cancel-replay.js';
import { ContinueDueReplays } from './application/replays/continue-due-replays.js';
import { ContinueReplay } from './application/replays/continue-replay.js';
import { FindReplays } from './application/replays/find-replays.js';
import { SendReplay } from './application/replays/send-replay.js';
import { SearchEntities } from './application/search-entities.js';
import { LoopRules, platformLoopRules } from './domain/agreement/rules.js';
import { MatchingRules, platformRules } from './domain/identity/rules.js';
import { NormalizerCatalogue } from './domain/normalizers/catalogue.js';
import { ConflictsHandler } from './inbound/messages/conflicts.handler.js';
import { IdentityHandler } from './inbound/messages/identity.handler.js';
import { EntityQuestionsHandler } from './inbound/messages/entity-questions.handler.js';
import { KeepConnectionsHandler } from './inbound/messages/keep-connections.handler.js';
import { KeepLinksHandler } from './inbound/messages/keep-links.handler.js';
import { NormalizeRecordsHandler } from './inbound/messages/normalize-records.handler.js';
import { ReplaysHandler } from './inbound/messages/replays.handler.js';
import { RenormalizationSchedule } from './inbound/schedules/renormalization.schedule.js';
import { ReplaySchedule } from './inbound/schedules/replay.schedule.js';
import { SubscriberQueues } from './outbound/broker/subscriber-queues.js';
import { ConnectionRepository } from './persistence/connection.repository.js';
import { CrosswalkRepository } from './persistence/crosswalk.repository.js';
import { EntityViewRepository } from './persistence/entity-view.repository.js';
import { EntityRepository } from './persistence/entity.repository.js';
import { IdentityRepository } from './persistence/identity.repository.js';
import { LinkedEntityRepository } from './persistence/linked-entity.repository.js';
import { MatchReviewRepository } from './persistence/match-review.repository.js';
import { RecordErrorRepository } from './persistence/record-error.repository.js';
import { RenormalizationRepository } from './persistence/renormalization.repository.js';
import { ReplayRepository } from './persistence/replay.repository.js';
import { ReplayedEntityRepository } from './persistence/replayed-entity.repository.js';

@Module({})
export class MappingModule {
  static forRoot(
    normalizers: NormalizerCatalogue,
    rules: MatchingRules = platformRules,
    loops: LoopRules = platformLoopRules,
  ): DynamicModule {
    return {
      module: MappingModule,
      controllers: [
        NormalizeRecordsHandler,
        KeepLinksHandler,
        KeepConnectionsHandler,
        EntityQuestionsHandler,
        ReplaysHandler,
        IdentityHandler,
        ConflictsHandler,
      ],
      providers: [
        { provide: NormalizerCatalogue, useValue: normalizers },
        { provide: MatchingRules, useValue: rules },
        { provide: LoopRules, useValue: loops },
        ...agreementProviders,
        MatchPage,
        FindMatches,
        JoinEntities,
        MergeEntities,
        SplitEntity,
        SplitOff,
        AskAboutDuplicate,
        AskWhetherSame,
        LinkWrittenRecord,
        FindEntity,
        FindMatchReviews,
        DecideMatch,
        CarryDecided,
        MatchThresholdSettings,
        LinkedEntityRepository,
        IdentityRepository,
        MatchReviewRepository,
        RenormalizeOutdated,
        RenormalizationSchedule,
        RenormalizationRepository,
        NormalizeRecords,
        ApplyPage,
        AnnouncePage,
        PairContacts,
        KeepLinks,
        KeepConnections,
        KeepPairings,
        SearchEntities,
        CountEntities,
        AcceptReplay,
        SendReplay,
        ContinueReplay,
        ContinueDueReplays,
        CancelReplay,
        FindReplays,
        ReplaySchedule,
        SubscriberQueues,
        ConnectionRepository,
        CrosswalkRepository,
        EntityRepository,
        EntityViewRepository,
        RecordErrorRepository,
        ReplayRepository,
        ReplayedEntityRepository,
      ],
    };
  }
}
