import type { Router } from 'express';
import type { StoredUser } from '../data/records.js';
import { refusal, unprocessable, wrongLocation } from '../http/errors.js';
import { mountRoute, type GhlCall } from '../http/route.js';
import type { GhlWorld } from '../world.js';

/** Users are searched by company (section 5). */
export function mountUsers(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'users.search',
    handle: (call) => {
      const found = usersFor(call);
      const skip = Number(call.query['skip'] ?? 0);
      const limit = Number(call.query['limit'] ?? 25);
      return { status: 200, body: { users: found.slice(skip, skip + limit).map(userView), count: found.length } };
    },
  });
  mountRoute(router, world, {
    operation: 'users.get',
    handle: ({ params, caller }) => {
      const user = world.store.users.get(params['userId'] ?? '');
      if (!user) throw refusal(Number(world.switches.now.missingRecordStatus), 'User not found');
      if (caller.authClass === 'Location' && !user.locationIds.includes(caller.ownerId)) throw wrongLocation();
      return { status: 200, body: userView(user) };
    },
  });
}

function usersFor({ world, caller, query }: GhlCall): StoredUser[] {
  if (!query['companyId']) throw unprocessable("companyId can't be undefined");
  if (query['companyId'] !== caller.companyId) throw refusal(403, 'Forbidden resource');
  const locationId = caller.authClass === 'Location' ? caller.ownerId : query['locationId'];
  const wanted = query['query']?.toLowerCase();
  return world.store.users.where(
    (user) =>
      (!locationId || user.locationIds.includes(locationId)) &&
      (!wanted || `${user.firstName} ${user.lastName} ${user.email}`.toLowerCase().includes(wanted)),
  );
}

function userView({ locationIds, role, companyId: _, ...user }: StoredUser): Record<string, unknown> {
  const name = `${user.firstName} ${user.lastName}`;
  return { ...user, name, extension: '', roles: { type: 'account', role, locationIds }, deleted: false };
}
