import { createNoteSchema, updateNoteSchema } from '@firmbridge/ghl-api';
import type { Router } from 'express';
import type { StoredNote } from '../data/records.js';
import { mountRoute, type GhlCall } from '../http/route.js';
import { refusal } from '../http/errors.js';
import type { GhlWorld } from '../world.js';
import { locationOfContact } from './contact-routes.js';
import { present } from './contact-view.js';

/** Notes of a contact; their lists have no pages (section 3.1). */
export function mountNotes(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'notes.list',
    locationOf: locationOfContact,
    handle: ({ params }) => {
      const contact = world.contacts.require(params['contactId']);
      const notes = world.store.notes.where((note) => note.contactId === contact.id);
      return { status: 200, body: { notes: notes.map(noteView) } };
    },
  });
  mountRoute(router, world, {
    operation: 'notes.create',
    locationOf: locationOfContact,
    body: () => createNoteSchema,
    handle: ({ params, author }, write) => {
      const contact = world.contacts.require(params['contactId']);
      const note: StoredNote = {
        id: world.store.notes.nextId(),
        contactId: contact.id,
        body: write.body,
        userId: write.userId ?? null,
        title: write.title ?? null,
        color: write.color ?? null,
        pinned: write.pinned ?? false,
        dateAdded: world.now().toISOString(),
      };
      world.store.notes.put(note);
      world.changed({ of: 'note', before: null, after: note, locationId: contact.locationId, author });
      return { status: 201, body: { note: noteView(note) } };
    },
  });
  mountOne(router, world);
}

function mountOne(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'notes.get',
    locationOf: locationOfContact,
    handle: (call) => ({ status: 200, body: { note: noteView(noteOf(call)) } }),
  });
  mountRoute(router, world, {
    operation: 'notes.update',
    locationOf: locationOfContact,
    body: () => updateNoteSchema,
    handle: (call, write) => {
      const before = noteOf(call);
      const after = world.store.notes.put({ ...before, ...present(write) });
      const { locationId } = world.contacts.require(before.contactId);
      world.changed({ of: 'note', before, after, locationId, author: call.author });
      return { status: 200, body: { note: noteView(after) } };
    },
  });
  mountRoute(router, world, {
    operation: 'notes.delete',
    locationOf: locationOfContact,
    handle: (call) => {
      const before = noteOf(call);
      world.store.notes.remove(before.id);
      const { locationId } = world.contacts.require(before.contactId);
      world.changed({ of: 'note', before, after: null, locationId, author: call.author });
      return { status: 200, body: { succeded: true } };
    },
  });
}

function noteOf({ world, params }: GhlCall): StoredNote {
  const contact = world.contacts.require(params['contactId']);
  const note = world.store.notes.get(params['id'] ?? '');
  if (note?.contactId === contact.id) return note;
  throw refusal(Number(world.switches.now.missingRecordStatus), 'Note not found');
}

function noteView(note: StoredNote): Record<string, unknown> {
  return present({ ...note });
}
