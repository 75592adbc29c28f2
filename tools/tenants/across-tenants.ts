const finds = 'whoever asks names no firm: what is found says whose it is';
const everyFirm = 'says something about the installation, to nobody who is of a firm';
const turn = 'takes whose turn it is, of any firm; what is done with it is done in its tenant';
const old = 'forgets what is over, of any firm';
const relay = 'the relay publishes the messages of all firms; each carries its tenant';

/** The functions whose statements work over all tenants, by file, with the reason. All others name the tenant they mean. */
export const acrossTenants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'apps/audit-log/src/persistence/dead-letter.repository.ts': { countWaiting: everyFirm },
  'apps/audit-log/src/persistence/due-letter.repository.ts': {
    claim: turn,
    areSent: 'ends what claim took: each letter by its tenant and id',
    lateQueues: everyFirm,
    moveSchedule: 'a queue has one pace for the letters of all firms',
  },
  'apps/auth/src/persistence/connection.repository.ts': { findHolder: 'an account is connected by one firm only' },
  'apps/auth/src/persistence/connections/provider-app.repository.ts': { countConnectionsByApp: everyFirm },
  'apps/auth/src/persistence/credential.repository.ts': {
    lockDueCredential: turn,
    endPauses: 'an app belongs to the installation, and a new secret of it helps all',
  },
  'apps/auth/src/persistence/oauth-state.repository.ts': {
    bindOauthState: finds,
    findOpenOauthState: finds,
    findOauthStateOfBrowser: finds,
  },
  'apps/auth/src/persistence/people/api-key.repository.ts': { findApiKey: finds },
  'apps/auth/src/persistence/people/person.repository.ts': { findLoginIdentity: finds },
  'apps/auth/src/persistence/people/session.repository.ts': {
    findSession: finds,
    endSession: 'whoever has the token may end the session',
    removeOverSessions: old,
  },
  'apps/auth/src/persistence/people/setup-token.repository.ts': { findOpenSetup: finds, removeOverSetupTokens: old },
  'apps/auth/src/persistence/sagas/disconnection.repository.ts': {
    takeRevocation: turn,
    takeSilentDisconnection: turn,
  },
  'apps/auth/src/persistence/sagas/erasure.repository.ts': {
    findErasuresToAdvance: turn,
    takeSilentErasure: turn,
    findErasures: 'whoever runs the platform sees the erasures of all firms',
  },
  'apps/clio-sync/src/persistence/webhook-source.repository.ts': { findSource: finds },
  'apps/clio-sync/src/persistence/webhook-subscription.repository.ts': {
    addressesInUse: 'our addresses at an account may be those of another firm that had it before',
    sweepSubscriptions: old,
  },
  'apps/clio-sync/src/persistence/webhook-views.repository.ts': { webhookTotals: everyFirm },
  'apps/clio-sync/src/persistence/webhook-watch.repository.ts': {
    watchAll: 'adds to each connection its own row',
    claim: turn,
  },
  'apps/ghl-sync/src/persistence/webhook.repository.ts': { findLocation: finds },
  'apps/mapping/src/persistence/renormalization.repository.ts': { outdated: turn },
  'apps/mapping/src/persistence/replay.repository.ts': { due: turn, msUntilNextStep: turn },
  'libs/messaging/src/inbox.ts': { sweep: old },
  'libs/messaging/src/outbox.ts': { insertInto: relay },
  'libs/messaging/src/relay-session.ts': { look: relay, read: relay, remove: relay, count: relay },
  'libs/rate-limit/src/postgres-budget-store.ts': {
    snapshotSql: 'budgets of several firms in one statement; each by its tenant and key',
  },
  'libs/sync-engine/src/budget/measure-budgets.ts': { measureBudgets: everyFirm },
  'libs/sync-engine/src/budget/waiting-calls.ts': { waitingCallsOfAll: everyFirm },
  'libs/sync-engine/src/deletions/deletion-worker.ts': { carryOutNext: turn },
  'libs/sync-engine/src/deletions/forget-old.ts': { forgetOld: old },
  'libs/sync-engine/src/runs/sweep-runs.ts': { sweepRuns: old },
  'libs/sync-engine/src/deletions/sweep-schedule.ts': { startDueSweeps: turn },
  'libs/sync-engine/src/poll-schedule.ts': { startDueRuns: turn },
  'libs/sync-engine/src/runs/claim.ts': { claimOnce: turn },
  'libs/sync-engine/src/webhooks/dirty-records.ts': { claimDirty: turn },
  'libs/sync-engine/src/webhooks/keep-deliveries.ts': {
    keepDeliveries: 'one statement for the deliveries of all firms; each carries its tenant',
  },
  'libs/sync-engine/src/webhooks/note-listening.ts': {
    noteListening: 'whoever listens does so for all firms',
  },
  'libs/sync-engine/src/webhooks/sweep-deliveries.ts': { sweepDeliveries: old },
  'libs/sync-engine/src/writes/claim-write.ts': { claimWrite: turn },
  'libs/sync-engine/src/writes/sweep-writes.ts': { sweepWrites: old },
  'libs/vault/src/data-keys.ts': {
    samples: everyFirm,
    notWrappedWith: 'a new key-encryption key wraps the data keys of all firms',
    countNotWrappedWith: everyFirm,
    replaceWrappings: 'a new key-encryption key wraps the data keys of all firms; each row by its tenant and id',
  },
};
