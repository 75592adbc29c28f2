import type { GhlWebhookEvent } from '@firmbridge/ghl-api';
import type { Change } from '../changes.js';
import type { StoredContact, StoredOpportunity } from '../data/records.js';
import type { GhlSwitches } from '../switches.js';
import { contactPayload, dndPayload, notePayload, opportunityPayload, taskPayload, type Payload } from './payloads.js';

export interface WebhookEvent {
  readonly type: GhlWebhookEvent;
  readonly payload: Payload;
}

/**
 * The events of one change (section 7.3, issue 27): a create raises Create and Update, an update raises Update and the finer
 * event, a delete raises Delete and, misleadingly, Update.
 */
export function eventsOf(change: Change, switches: GhlSwitches): WebhookEvent[] {
  if (!switches.echoesOwnWrites && change.author.source === 'INTEGRATION') return [];
  switch (change.of) {
    case 'contact':
      return contactEvents(change, switches);
    case 'opportunity':
      return opportunityEvents(change);
    case 'note':
      return noteEvents(change);
    case 'task':
      return taskEvents(change, switches);
  }
}

type ChangeTo<Kind extends Change['of']> = Extract<Change, { of: Kind }>;

function contactEvents({ before, after }: ChangeTo<'contact'>, switches: GhlSwitches): WebhookEvent[] {
  const subject = after ?? before;
  if (!subject) return [];
  const event = (type: GhlWebhookEvent) => ({ type, payload: contactPayload(subject) });
  if (!before) return [event('ContactCreate'), event('ContactUpdate')];
  if (!after) return [event('ContactDelete'), event('ContactUpdate')];
  const differs = (facet: keyof StoredContact) => JSON.stringify(before[facet]) !== JSON.stringify(after[facet]);
  const isEdited = differs('texts') || differs('dateOfBirth') || differs('tags') || differs('dnd');
  const isNoticed = isEdited || (differs('customFields') && switches.customFieldEditsNotify);
  return [
    ...(isNoticed ? [event('ContactUpdate')] : []),
    ...(differs('tags') ? [event('ContactTagUpdate')] : []),
    ...(differs('dnd') || differs('dndSettings')
      ? [{ type: 'ContactDndUpdate', payload: dndPayload(after) } as const]
      : []),
  ];
}

const finerEvents: readonly (readonly [keyof StoredOpportunity, GhlWebhookEvent])[] = [
  ['pipelineStageId', 'OpportunityStageUpdate'],
  ['status', 'OpportunityStatusUpdate'],
  ['monetaryValue', 'OpportunityMonetaryValueUpdate'],
  ['assignedTo', 'OpportunityAssignedToUpdate'],
];

function opportunityEvents({ before, after }: ChangeTo<'opportunity'>): WebhookEvent[] {
  const subject = after ?? before;
  if (!subject) return [];
  const event = (type: GhlWebhookEvent) => ({ type, payload: opportunityPayload(subject) });
  if (!before) return [event('OpportunityCreate'), event('OpportunityUpdate')];
  if (!after) return [event('OpportunityDelete'), event('OpportunityUpdate')];
  const finer = finerEvents.filter(([field]) => before[field] !== after[field]);
  return [event('OpportunityUpdate'), ...finer.map(([, type]) => event(type))];
}

function noteEvents({ before, after }: ChangeTo<'note'>): WebhookEvent[] {
  const subject = after ?? before;
  if (!subject) return [];
  const type = !before ? 'NoteCreate' : after ? 'NoteUpdate' : 'NoteDelete';
  return [{ type, payload: notePayload(subject) }];
}

/** A change of a task raises nothing, except its completion. */
function taskEvents({ before, after }: ChangeTo<'task'>, { taskCreateIsComplete }: GhlSwitches): WebhookEvent[] {
  if (before && !after) return [{ type: 'TaskDelete', payload: taskPayload(before) }];
  if (!after) return [];
  if (!before) {
    const { contactId: _, body: __, ...partial } = taskPayload(after);
    return [{ type: 'TaskCreate', payload: taskCreateIsComplete ? taskPayload(after) : partial }];
  }
  return !before.completed && after.completed ? [{ type: 'TaskComplete', payload: taskPayload(after) }] : [];
}
