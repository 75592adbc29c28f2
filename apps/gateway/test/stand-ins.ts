import { Controller, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  agreementMessages,
  AppError,
  auditMessages,
  authMessages,
  identityMessages,
  mappingMessages,
  syncMessages,
  type Conflict,
  type Connection,
  type DataOf,
  type DeadLetter,
  type EntityView,
  type Freshness,
  type KnownApiKey,
  type MatchReview,
  type Message,
  type Provider,
  type Replay,
  type ReplyOf,
  type Run,
  type Session,
  type Transaction,
} from '@firmbridge/contracts';
import {
  Answers,
  BrokerConnections,
  Consumes,
  PassThroughRpcFilter,
  RabbitServer,
  topology,
  type BrokerOptions,
} from '@firmbridge/messaging';
import { endings } from './connections-stand-in.js';
import { people } from './people-stand-in.js';

const { listConnections, beginAuthorization, addPrivateToken, createPairing } = authMessages;
const { searchEntities, countEntities, replayEntities, getReplays, cancelReplay } = mappingMessages;
const { findConflicts, decideConflicts, undoConflict } = agreementMessages;
const { findMatchReviews, decideMatch, mergeEntities, splitEntity, setMatchThresholds } = identityMessages;
const { searchTransactions, searchProblems } = auditMessages;
const { searchDeadLetters, getDeadLetter, groupDeadLetters } = auditMessages;
const { resendDeadLetters, discardDeadLetters, editDeadLetter } = auditMessages;

type Pairing = ReplyOf<typeof listConnections>['pairings'][number];
type Problem = ReplyOf<typeof searchProblems>['problems'][number];
type DeadLetterGroup = ReplyOf<typeof groupDeadLetters>['groups'][number];

/** What the services behind the gateway know, and what they were asked. */
export class Platform {
  connections: Connection[] = [];
  pairings: Pairing[] = [];
  runs: Run[] = [];
  freshness: Freshness[] = [];
  entities: EntityView[] = [];
  reviews: MatchReview[] = [];
  conflicts: Conflict[] = [];
  transactions: Transaction[] = [];
  problems: Problem[] = [];
  deadLetters: DeadLetter[] = [];
  groups: DeadLetterGroup[] = [];
  body = '{}';
  replays: Replay[] = [];
  /** Data keys that are wrapped with an older key; a step takes at most so many. */
  keysToRewrap = 0;
  largestStep = 1_000;
  /** By token, and by key. */
  sessions = new Map<string, Session>();
  apiKeys = new Map<string, KnownApiKey>();
  /** What the owners answer instead, as they would to somebody without the right. */
  refusal: AppError | null = null;
  /** Answers longer than this are refused, as the real size limit would. */
  largestPage = 50;
  /** A decision takes so many letters at a time. */
  largestDecision = 500;
  readonly received: Message[] = [];

  of<Data>(contract: { readonly type: string }): Message<Data>[] {
    return this.received.filter(({ type }) => type === contract.type) as Message<Data>[];
  }

  note(message: Message): void {
    this.received.push(message);
    if (this.refusal !== null) throw this.refusal;
  }

  /** Pages as the real owner makes them; the cursor counts what was shown. */
  pageFrom<Item>(items: Item[], { limit, cursor }: { limit: number; cursor: string | null }) {
    const start = Number(cursor ?? 0);
    const end = start + limit;
    return { page: this.page(items.slice(start), limit), nextCursor: end < items.length ? String(end) : null };
  }

  page<Item>(items: Item[], limit: number): Item[] {
    if (limit > this.largestPage) throw new AppError('validation', 'query.reply_too_large', 'Ask for less at a time.');
    return items.slice(0, limit);
  }

  entityOf(entityId: string): EntityView {
    const entity = this.entities.find((known) => known.entityId === entityId);
    if (entity) return entity;
    throw new AppError('not_found', 'entity.unknown', 'There is no such entity.');
  }

  runOf(message: Message<{ runId: string }>, provider: Provider): Run {
    const run = this.runs.find((one) => one.runId === message.data.runId && one.provider === provider);
    if (provider === 'clio' || run) this.note(message);
    if (run) return run;
    throw new AppError('not_found', 'run.unknown', 'There is no such run.');
  }

  reset(): void {
    Object.assign(this, new Platform());
    this.received.length = 0;
  }
}

function auth(platform: Platform): Type {
  @Controller()
  class Auth {
    @Answers(listConnections)
    list(): ReplyOf<typeof listConnections> {
      return { connections: platform.connections, pairings: platform.pairings };
    }

    @Answers(beginAuthorization)
    begin(message: Message<DataOf<typeof beginAuthorization>>): ReplyOf<typeof beginAuthorization> {
      platform.note(message);
      return { authorizeUrl: 'https://app.clio.com/oauth/authorize?state=s', expiresAt: '2026-01-15T10:10:00.000Z' };
    }

    @Answers(addPrivateToken)
    addToken(message: Message<DataOf<typeof addPrivateToken>>): Connection {
      platform.note(message);
      const [connection] = platform.connections;
      if (connection) return connection;
      throw new AppError('unauthorized', 'ghl.token_refused', 'GoHighLevel refused the token.');
    }

    @Consumes(createPairing, { queue: 'auth.create-pairing' })
    pair(message: Message<DataOf<typeof createPairing>>): void {
      platform.note(message);
    }
  }
  return Auth;
}

type SyncMessages = syncMessages.SyncServiceMessages;

const syncService =
  (provider: Provider) =>
  (platform: Platform): Type => {
    const messages: SyncMessages = syncMessages.syncMessagesOf[provider];

    @Controller()
    class SyncService {
      @Answers(messages.getRuns)
      runs({ data }: Message<DataOf<SyncMessages['getRuns']>>): ReplyOf<SyncMessages['getRuns']> {
        const wanted = platform.runs.filter(
          (run) => run.provider === provider && (data.runId === null || run.runId === data.runId),
        );
        return { runs: platform.page(wanted, data.limit) };
      }

      @Answers(messages.getFreshness)
      freshness(message: Message<DataOf<SyncMessages['getFreshness']>>): ReplyOf<SyncMessages['getFreshness']> {
        platform.note(message);
        return { resources: platform.freshness };
      }

      @Answers(messages.pauseRun)
      pause(message: Message<DataOf<SyncMessages['pauseRun']>>): ReplyOf<SyncMessages['pauseRun']> {
        return { run: { ...platform.runOf(message, provider), state: 'paused' } };
      }

      @Answers(messages.resumeRun)
      resume(message: Message<DataOf<SyncMessages['resumeRun']>>): ReplyOf<SyncMessages['resumeRun']> {
        return { run: { ...platform.runOf(message, provider), state: 'running' } };
      }

      @Answers(messages.cancelRun)
      cancel(message: Message<DataOf<SyncMessages['cancelRun']>>): ReplyOf<SyncMessages['cancelRun']> {
        return { run: { ...platform.runOf(message, provider), state: 'cancelled' } };
      }

      @Consumes(messages.startRun, { queue: `${provider}-sync.start-run` })
      start(message: Message<DataOf<SyncMessages['startRun']>>): void {
        platform.note(message);
      }
    }
    return SyncService;
  };

function mapping(platform: Platform): Type {
  @Controller()
  class Mapping {
    @Answers(searchEntities)
    search(message: Message<DataOf<typeof searchEntities>>): ReplyOf<typeof searchEntities> {
      platform.note(message);
      const { entityId, limit } = message.data;
      const wanted = platform.entities.filter((entity) => entityId === null || entity.entityId === entityId);
      return { entities: platform.page(wanted, limit), nextCursor: wanted.length > limit ? 'more' : null };
    }

    @Answers(countEntities)
    count(): ReplyOf<typeof countEntities> {
      return { counts: [{ entityType: 'contact', count: platform.entities.length }] };
    }

    @Answers(getReplays)
    replays(message: Message<DataOf<typeof getReplays>>): ReplyOf<typeof getReplays> {
      platform.note(message);
      const { replayId, limit } = message.data;
      const wanted = platform.replays.filter((replay) => replayId === null || replay.replayId === replayId);
      return { replays: platform.page(wanted, limit) };
    }

    @Answers(cancelReplay)
    cancel(message: Message<DataOf<typeof cancelReplay>>): ReplyOf<typeof cancelReplay> {
      platform.note(message);
      const replay = platform.replays.find(({ replayId }) => replayId === message.data.replayId);
      if (!replay) throw new AppError('not_found', 'replay.unknown', 'There is no such replay.');
      return { replay: { ...replay, state: 'cancelled' } };
    }

    @Answers(findMatchReviews)
    reviews(message: Message<DataOf<typeof findMatchReviews>>): ReplyOf<typeof findMatchReviews> {
      platform.note(message);
      return { reviews: platform.page(platform.reviews, message.data.limit), pending: platform.reviews.length };
    }

    @Answers(findConflicts)
    conflicts(message: Message<DataOf<typeof findConflicts>>): ReplyOf<typeof findConflicts> {
      platform.note(message);
      return { conflicts: platform.page(platform.conflicts, message.data.limit), open: platform.conflicts.length };
    }

    @Answers(decideConflicts)
    decideConflicts(message: Message<DataOf<typeof decideConflicts>>): ReplyOf<typeof decideConflicts> {
      platform.note(message);
      return { conflicts: platform.conflicts, decided: message.data.conflictIds.length };
    }

    @Answers(undoConflict)
    undoConflict(message: Message<DataOf<typeof undoConflict>>): ReplyOf<typeof undoConflict> {
      platform.note(message);
      const conflict = platform.conflicts.find(({ conflictId }) => conflictId === message.data.conflictId);
      if (!conflict) throw new AppError('not_found', 'conflict.unknown', 'There is no such conflict.');
      return { conflict };
    }

    @Answers(decideMatch)
    decide(message: Message<DataOf<typeof decideMatch>>): ReplyOf<typeof decideMatch> {
      platform.note(message);
      const review = platform.reviews.find(({ reviewId }) => reviewId === message.data.reviewId);
      if (!review) throw new AppError('not_found', 'identity.review_unknown', 'There is no such question.');
      return { review: { ...review, state: message.data.decision } };
    }

    @Answers(mergeEntities)
    merge(message: Message<DataOf<typeof mergeEntities>>): ReplyOf<typeof mergeEntities> {
      platform.note(message);
      return { entity: platform.entityOf(message.data.intoEntityId) };
    }

    @Answers(splitEntity)
    split(message: Message<DataOf<typeof splitEntity>>): ReplyOf<typeof splitEntity> {
      platform.note(message);
      return { entity: platform.entityOf(message.data.entityId) };
    }

    @Answers(setMatchThresholds)
    thresholds(message: Message<DataOf<typeof setMatchThresholds>>): ReplyOf<typeof setMatchThresholds> {
      platform.note(message);
      return message.data;
    }

    @Consumes(replayEntities, { queue: 'mapping.replay-entities' })
    replay(message: Message<DataOf<typeof replayEntities>>): void {
      platform.note(message);
    }
  }
  return Mapping;
}

function auditLog(platform: Platform): Type {
  @Controller()
  class AuditLog {
    @Answers(searchTransactions)
    transactions(message: Message<DataOf<typeof searchTransactions>>): ReplyOf<typeof searchTransactions> {
      platform.note(message);
      return { transactions: platform.page(platform.transactions, message.data.limit), nextCursor: null };
    }

    @Answers(searchProblems)
    problems(message: Message<DataOf<typeof searchProblems>>): ReplyOf<typeof searchProblems> {
      platform.note(message);
      return { problems: platform.page(platform.problems, message.data.limit), nextCursor: null };
    }
  }
  return AuditLog;
}

type Selection = DataOf<typeof resendDeadLetters>['selection'];

function deadLetters(platform: Platform): Type {
  const waiting = ({ deadLetterIds, fingerprint, queue }: Selection) =>
    platform.deadLetters.filter(
      (letter) =>
        letter.state === 'waiting' &&
        (deadLetterIds === null || deadLetterIds.includes(letter.deadLetterId)) &&
        (fingerprint === null || letter.fingerprint === fingerprint) &&
        (queue === null || letter.queue === queue),
    );

  @Controller()
  class DeadLetters {
    @Answers(searchDeadLetters)
    search(message: Message<DataOf<typeof searchDeadLetters>>): ReplyOf<typeof searchDeadLetters> {
      platform.note(message);
      const { state, queue, fingerprint, type } = message.data;
      const wanted = platform.deadLetters.filter(
        (letter) =>
          (state === null || letter.state === state) &&
          (queue === null || letter.queue === queue) &&
          (fingerprint === null || letter.fingerprint === fingerprint) &&
          (type === null || letter.type === type),
      );
      const { page, nextCursor } = platform.pageFrom(wanted, message.data);
      return { deadLetters: page, nextCursor };
    }

    @Answers(groupDeadLetters)
    group(message: Message<DataOf<typeof groupDeadLetters>>): ReplyOf<typeof groupDeadLetters> {
      platform.note(message);
      return { groups: platform.page(platform.groups, message.data.limit) };
    }

    @Answers(getDeadLetter)
    open(message: Message<DataOf<typeof getDeadLetter>>): ReplyOf<typeof getDeadLetter> {
      platform.note(message);
      const deadLetter = platform.deadLetters.find(({ deadLetterId }) => deadLetterId === message.data.deadLetterId);
      if (!deadLetter) throw new AppError('not_found', 'dead_letter.unknown', 'There is no such dead letter.');
      return { deadLetter, headers: { 'x-attempt': 5 }, body: platform.body, bodyIsComplete: true };
    }

    @Answers(resendDeadLetters)
    resend(message: Message<DataOf<typeof resendDeadLetters>>): ReplyOf<typeof resendDeadLetters> {
      platform.note(message);
      const matching = waiting(message.data.selection);
      const letters = matching.filter(({ bodyIsKept }) => bodyIsKept);
      const taken = letters.slice(0, platform.largestDecision);
      for (const letter of taken) letter.state = 'resending';
      return {
        accepted: taken.length,
        lastDueAt: taken.length === 0 ? null : '2026-01-15T10:00:04.000Z',
        notResendable: matching.length - letters.length,
        left: letters.length - taken.length,
      };
    }

    @Answers(discardDeadLetters)
    discard(message: Message<DataOf<typeof discardDeadLetters>>): ReplyOf<typeof discardDeadLetters> {
      platform.note(message);
      const letters = waiting(message.data.selection);
      const taken = letters.slice(0, platform.largestDecision);
      for (const letter of taken) letter.state = 'discarded';
      return { discarded: taken.length, left: letters.length - taken.length };
    }

    @Answers(editDeadLetter)
    edit(message: Message<DataOf<typeof editDeadLetter>>): ReplyOf<typeof editDeadLetter> {
      platform.note(message);
      return { messageId: '0f9c2f5e-6c1b-4a43-9e0b-1e51c6f7a002' };
    }
  }
  return DeadLetters;
}

const services = {
  auth: {
    controllers: [auth, people, endings],
    queues: ['auth.create-pairing', 'auth.disconnections', 'auth.erasures'],
  },
  'clio-sync': { controllers: [syncService('clio')], queues: ['clio-sync.start-run'] },
  'ghl-sync': { controllers: [syncService('ghl')], queues: ['ghl-sync.start-run'] },
  mapping: { controllers: [mapping], queues: ['mapping.replay-entities'] },
  'audit-log': { controllers: [auditLog, deadLetters], queues: [] as string[] },
};
export type StandIn = keyof typeof services;

/** Answers for the services behind the gateway, over the real broker. */
export async function startStandIn(
  service: StandIn,
  platform: Platform,
  broker: Pick<BrokerOptions, 'connect' | 'url' | 'namespace'>,
): Promise<() => Promise<void>> {
  const { controllers, queues } = services[service];
  const manifest = { ...topology, queues: topology.queues.filter(({ name }) => queues.includes(name)) };
  const connections = new BrokerConnections({ ...broker, service, manifest });
  class StandInModule {}
  Module({ controllers: controllers.map((controller) => controller(platform)) })(StandInModule);
  const strategy = new RabbitServer({ connections, clock: () => new Date() });
  const app = await NestFactory.createMicroservice(StandInModule, { strategy, logger: false });
  app.useGlobalFilters(new PassThroughRpcFilter());
  await app.listen();
  return async () => {
    await app.close();
    await connections.close();
  };
}
