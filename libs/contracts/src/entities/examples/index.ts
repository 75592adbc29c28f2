import { exampleFirm } from '../../example-firm.js';
import { billingExamples } from './billing.js';
import type { EntityExample } from './example.js';
import { leadsExamples } from './leads.js';
import { mattersExamples } from './matters.js';
import { peopleExamples } from './people.js';
import { timeExamples } from './time.js';
import { trustExamples } from './trust.js';

const entityExamples = {
  ...peopleExamples,
  ...mattersExamples,
  ...timeExamples,
  ...billingExamples,
  ...trustExamples,
  ...leadsExamples,
};

interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

const connectionIds = { clio: exampleFirm.clioConnectionId, ghl: exampleFirm.ghlConnectionId };
const anotherEntityId = '7c1f9e02-55d8-4b1a-9a63-0e8d4f2b7c95';

/** The life of an entity of the example firm as its events tell it: brought by the first load, changed, deleted; or found to be another, and not. */
export function entityEventExamples(entityType: keyof typeof entityExamples) {
  const { entityId, provider = 'clio', resource, recordId, state, update }: EntityExample = entityExamples[entityType];
  const event = (
    now: object,
    changes: readonly FieldChange[],
    cause: 'initial' | 'webhook' | 'mapping',
    revision: number,
  ) => ({
    entityType,
    entityId,
    state: now,
    changes: [...changes],
    cause,
    source: { provider, connectionId: connectionIds[provider], resource, recordId, revision },
    normalizerVersion: 1,
  });
  const after = { ...state, ...update };
  const changes = Object.entries(update).map(([field, value]) => ({ field, before: state[field], after: value }));
  const other = { type: entityType, id: anotherEntityId };
  return {
    merged: { ...event(after, [], 'mapping', 2), mergedInto: other },
    split: { ...event(after, [], 'mapping', 2), splitFrom: other },
    created: event(state, [], 'initial', 1),
    updated: event(after, changes, 'webhook', 2),
    deleted: event(after, [], 'webhook', 3),
  };
}
