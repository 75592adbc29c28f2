import type { Router } from 'express';
import { z } from 'zod';
import { refusal, unprocessable } from '../http/errors.js';
import { mountRoute, type GhlCall } from '../http/route.js';
import type { GhlWorld } from '../world.js';

const locationTokenSchema = z.strictObject({ companyId: z.string().min(1), locationId: z.string().min(1) });

/** What only an agency's token may do: exchange itself for a location's, and see where the app is installed (section 1.2). */
export function mountAgency(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'oauth.location-token',
    body: () => locationTokenSchema,
    handle: ({ caller }, { companyId, locationId }) => {
      if (caller.kind === 'private') throw refusal(401, 'The token is not authorized for this scope.');
      if (companyId !== caller.companyId) throw refusal(403, 'Forbidden resource');
      const scopes = [...new Set([...caller.scopes, 'oauth.readonly', 'oauth.write'])];
      const opened = world.tokens.newGrant({ authClass: 'Location', authClassId: locationId }, scopes);
      const { refresh_token, ...reply } = world.tokens.replyFor(world.grants.rotate(opened, world.now()));
      const { locationTokenRefreshes } = world.switches.now;
      return { status: 201, body: locationTokenRefreshes ? { ...reply, refresh_token } : reply };
    },
  });
  mountRoute(router, world, {
    operation: 'oauth.installed-locations',
    handle: (call) => ({ status: 200, body: installedLocations(call) }),
  });
}

function installedLocations({ world, caller, query }: GhlCall): Record<string, unknown> {
  const { companyId, appId, locationId, isInstalled, skip, limit } = query;
  if (!companyId || !appId) throw unprocessable(`${companyId ? 'appId' : 'companyId'} should not be empty`);
  if (companyId !== caller.companyId) throw refusal(403, 'Forbidden resource');
  const locations = world.store.locations
    .where((location) => location.companyId === companyId && (!locationId || location.id === locationId))
    .map((location) => {
      const installation = world.installations.reaching(location);
      return {
        _id: location.id,
        name: location.name,
        address: location.address,
        isInstalled: installation !== undefined,
        versionId: world.app.versionId,
        ...(installation ? { installedAt: installation.installedAt } : {}),
      };
    })
    .filter((location) => isInstalled === undefined || String(location.isInstalled) === isInstalled);
  const from = Number(skip ?? 0);
  const installToFutureLocations = world.installations.of(companyId) !== undefined;
  return {
    locations: locations.slice(from, from + Number(limit ?? 20)),
    count: locations.length,
    installToFutureLocations,
  };
}
