import { ghlWebhookSubject, type GhlWebhookEnvelope } from '@firmbridge/ghl-api';
import type { RecordHint } from '@firmbridge/sync-engine';

/** In the place of a contact that an event does not name: all tasks that are open. */
export const unnamedContact = '*';
const openTasks: RecordHint = { resource: 'tasks', recordId: unnamedContact, isDeleted: false };

/**
 * What is to be read because of an event; empty for one that says nothing of our records. Notes and tasks are read by their
 * contacts. A change of a task has no event of its own, so tasks are read with each change of their contact. That the app was
 * removed is not believed, it is tried: the call is refused, and the connection waits for a person like any that is refused.
 */
export function announcedRecords(event: GhlWebhookEnvelope): RecordHint[] {
  const subject = ghlWebhookSubject(event);
  if (subject === null || subject.of === 'locations') return [];
  const isDeleted = subject.change === 'deleted';
  const ofContact = (resource: 'notes' | 'tasks', recordId: string) => ({ resource, recordId, isDeleted });
  if (subject.of === 'installation') return isDeleted ? [openTasks] : [];
  switch (subject.of) {
    case 'contacts':
      return [
        { resource: 'contacts', recordId: subject.id, isDeleted },
        ofContact('tasks', subject.id),
        ...(isDeleted ? [ofContact('notes', subject.id)] : []),
      ];
    case 'notes':
      return event.contactId ? [ofContact('notes', event.contactId)] : [];
    case 'tasks':
      return event.contactId ? [ofContact('tasks', event.contactId)] : [openTasks];
    default:
      return [{ resource: subject.of, recordId: subject.id, isDeleted }];
  }
}
