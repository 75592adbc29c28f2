import type { SandboxContext } from '../../context.js';
import { recordId } from './ids.js';
import type { StoredLocation } from './records.js';
import type { GhlStore } from './store.js';

const notes = [
  'Prefers to be called in the morning.',
  'Has sent the police report.',
  'Asked about fees; wants to think.',
];
const tasks = ['Send the engagement letter', 'Call back', 'Ask for the medical records'];
const day = 86_400_000;

/** Some contacts have a note, some a task, as in life. */
export function seedNotesAndTasks(store: GhlStore, context: SandboxContext, location: StoredLocation): void {
  const users = store.users.where((user) => user.locationIds.includes(location.id));
  for (const [at, contact] of store.contacts.where(({ locationId }) => locationId === location.id).entries()) {
    const random = context.randomFor('ghl', 'note', location.id, at);
    const { id: contactId, dateAdded } = contact;
    const userId = users[at % Math.max(1, users.length)]?.id ?? null;
    if (at % 3 === 0) {
      const text = { body: notes[at % notes.length] ?? '', title: null, color: null, pinned: false };
      store.notes.load({ id: recordId(random), contactId, userId, ...text, dateAdded });
    }
    if (at % 4 === 0) {
      const dueDate = new Date(Date.parse(dateAdded) + (1 + (at % 5)) * day).toISOString();
      const text = { title: tasks[at % tasks.length] ?? '', body: null, completed: false };
      store.tasks.load({ id: recordId(random), contactId, assignedTo: userId, ...text, dueDate, dateAdded });
    }
  }
}
