import { completeTaskSchema, createTaskSchema, updateTaskSchema } from '@firmbridge/ghl-api';
import type { Router } from 'express';
import type { StoredTask } from '../data/records.js';
import { refusal } from '../http/errors.js';
import { mountRoute, type GhlCall } from '../http/route.js';
import type { GhlWorld } from '../world.js';
import { locationOfContact } from './contact-routes.js';
import { present } from './contact-view.js';

/** Tasks of a contact (section 3.1). */
export function mountTasks(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'tasks.list',
    locationOf: locationOfContact,
    handle: ({ params }) => {
      const contact = world.contacts.require(params['contactId']);
      const tasks = world.store.tasks.where((task) => task.contactId === contact.id);
      return { status: 200, body: { tasks: tasks.map(taskView) } };
    },
  });
  mountRoute(router, world, {
    operation: 'tasks.create',
    locationOf: locationOfContact,
    body: () => createTaskSchema,
    handle: ({ params, author }, write) => {
      const contact = world.contacts.require(params['contactId']);
      const task: StoredTask = {
        id: world.store.tasks.nextId(),
        contactId: contact.id,
        title: write.title,
        body: write.body ?? null,
        assignedTo: write.assignedTo ?? null,
        dueDate: new Date(write.dueDate).toISOString(),
        completed: write.completed,
        dateAdded: world.now().toISOString(),
      };
      world.store.tasks.put(task);
      world.changed({ of: 'task', before: null, after: task, locationId: contact.locationId, author });
      return { status: 201, body: { task: taskView(task) } };
    },
  });
  mountOne(router, world);
}

function mountOne(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'tasks.get',
    locationOf: locationOfContact,
    handle: (call) => ({ status: 200, body: { task: taskView(taskOf(call)) } }),
  });
  mountRoute(router, world, {
    operation: 'tasks.complete',
    locationOf: locationOfContact,
    body: () => completeTaskSchema,
    handle: (call, write) => ({ status: 200, body: { task: taskView(rewritten(call, write)) } }),
  });
  mountRoute(router, world, {
    operation: 'tasks.update',
    locationOf: locationOfContact,
    body: () => updateTaskSchema,
    handle: (call, write) => ({ status: 200, body: { task: taskView(rewritten(call, present(write))) } }),
  });
  mountRoute(router, world, {
    operation: 'tasks.delete',
    locationOf: locationOfContact,
    handle: (call) => {
      const before = taskOf(call);
      world.store.tasks.remove(before.id);
      const { locationId } = world.contacts.require(before.contactId);
      world.changed({ of: 'task', before, after: null, locationId, author: call.author });
      return { status: 200, body: { succeded: true } };
    },
  });
}

function rewritten(call: GhlCall, write: Partial<StoredTask>): StoredTask {
  const before = taskOf(call);
  const after = call.world.store.tasks.put({ ...before, ...write });
  const { locationId } = call.world.contacts.require(before.contactId);
  call.world.changed({ of: 'task', before, after, locationId, author: call.author });
  return after;
}

function taskOf({ world, params }: GhlCall): StoredTask {
  const contact = world.contacts.require(params['contactId']);
  const task = world.store.tasks.get(params['taskId'] ?? '');
  if (task?.contactId === contact.id) return task;
  throw refusal(Number(world.switches.now.missingRecordStatus), 'Task not found');
}

export function taskView({ dateAdded: _, ...task }: StoredTask): Record<string, unknown> {
  return present(task);
}
