import type {
  auditMessages,
  Connection,
  DeadLetter,
  EntityView,
  Replay,
  ReplyOf,
  Run,
  Transaction,
} from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';

type Problem = ReplyOf<typeof auditMessages.searchProblems>['problems'][number];
type DeadLetterGroup = ReplyOf<typeof auditMessages.groupDeadLetters>['groups'][number];

const instant = '2026-01-15T10:00:00.000Z';

export function aConnection(facts: Partial<Connection> = {}): Connection {
  return {
    connectionId: randomUUID(),
    provider: 'clio',
    region: 'us',
    accountId: '77',
    accountName: 'Hale & Partners',
    apiOrigin: 'https://app.clio.com',
    status: 'active',
    credential: 'oauth',
    establishedAt: instant,
    ...facts,
  };
}

export function aGhlConnection(facts: Partial<Connection> = {}): Connection {
  return aConnection({
    provider: 'ghl',
    region: 'global',
    apiOrigin: 'https://services.leadconnectorhq.com',
    ...facts,
  });
}

export function aRun(facts: Partial<Run> = {}): Run {
  return {
    runId: randomUUID(),
    connectionId: randomUUID(),
    provider: 'clio',
    mode: 'incremental',
    state: 'running',
    startedAt: instant,
    finishedAt: null,
    percent: 50,
    calls: 1,
    secondsLeft: 1,
    resources: [
      {
        resource: 'contacts',
        state: 'fetching',
        pages: 1,
        calls: 1,
        records: 200,
        changed: 200,
        applied: 0,
        events: 0,
        rejected: 0,
        expected: 400,
        percent: 50,
        startedAt: instant,
        finishedAt: null,
        reason: null,
      },
    ],
    ...facts,
  };
}

export function aFinishedRun(facts: Partial<Run> = {}): Run {
  return aRun({ state: 'completed', finishedAt: instant, ...facts });
}

export function anEntity(facts: Partial<EntityView> = {}): EntityView {
  return {
    entityType: 'contact',
    entityId: randomUUID(),
    version: { epoch: 1, n: 3 },
    title: 'Ada Hale',
    state: { name: 'Ada Hale' },
    deleted: false,
    mergedInto: null,
    updatedAt: instant,
    links: [],
    ...facts,
  };
}

export function aTransaction(facts: Partial<Transaction> = {}): Transaction {
  return {
    service: 'clio-sync',
    provider: 'clio',
    connectionId: randomUUID(),
    operation: 'contacts.list',
    method: 'GET',
    path: '/api/v4/contacts.json?limit=200',
    attempt: 1,
    status: 200,
    durationMs: 120,
    startedAt: instant,
    errorCode: null,
    errorMessage: null,
    rateLimit: { limit: 60, remaining: 41, resetAt: null },
    requestBody: null,
    responseBody: null,
    transactionId: randomUUID(),
    correlationId: randomUUID(),
    actor: 'system:clio-sync',
    ...facts,
  };
}

export function aProblem(facts: Partial<Problem> = {}): Problem {
  return {
    service: 'clio-sync',
    code: 'clio.forbidden',
    message: 'bills could not be read: Clio refused it.',
    provider: 'clio',
    connectionId: randomUUID(),
    resource: 'bills',
    recordId: null,
    runId: randomUUID(),
    details: {},
    problemId: randomUUID(),
    correlationId: randomUUID(),
    occurredAt: instant,
    ...facts,
  };
}

export function aDeadLetter(facts: Partial<DeadLetter> = {}): DeadLetter {
  return {
    deadLetterId: randomUUID(),
    queue: 'clio-sync.start-run',
    messageId: randomUUID(),
    type: 'firmbridge.clio-sync.start-run.v1',
    kind: 'command',
    correlationId: randomUUID(),
    errorCode: 'connection.unknown',
    errorMessage: 'There is no connection 0f9c2f5e-6c1b-4a43-9e0b-1e51c6f7a001.',
    attempts: 5,
    failedAt: instant,
    fingerprint: '4b1f0e6f2a77c3d1',
    state: 'waiting',
    resendAt: null,
    decidedAt: null,
    decidedBy: null,
    reason: null,
    replacedBy: null,
    previousDeadLetterId: null,
    bodyBytes: 412,
    bodyIsKept: true,
    ...facts,
  };
}

export function aDeadLetterGroup(facts: Partial<DeadLetterGroup> = {}): DeadLetterGroup {
  return {
    fingerprint: '4b1f0e6f2a77c3d1',
    queue: 'clio-sync.start-run',
    type: 'firmbridge.clio-sync.start-run.v1',
    errorCode: 'connection.unknown',
    cause: 'There is no connection <id>.',
    count: 3,
    firstFailedAt: instant,
    lastFailedAt: instant,
    newestDeadLetterId: randomUUID(),
    ...facts,
  };
}

export function aReplay(facts: Partial<Replay> = {}): Replay {
  return {
    replayId: randomUUID(),
    queue: 'billing.contacts',
    entityTypes: ['contact'],
    entityIds: [],
    changedFrom: null,
    changedTo: null,
    perSecond: 200,
    state: 'running',
    expected: 1_000,
    sent: 250,
    requestedBy: 'key:startup-token',
    startedAt: instant,
    finishedAt: null,
    reason: null,
    ...facts,
  };
}
