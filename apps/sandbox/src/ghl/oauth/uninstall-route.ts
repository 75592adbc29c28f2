import { ghlUninstallOperation } from '@firmbridge/ghl-api';
import type { Router } from 'express';
import { z } from 'zod';
import { refusal, unprocessable, wrongLocation } from '../http/errors.js';
import { mountRoute } from '../http/route.js';
import type { GhlWorld } from '../world.js';

const text = z.string().min(1).optional();
const uninstallSchema = z.strictObject({ companyId: text, locationId: text, reason: text });

/**
 * An app takes itself away (marketplace documentation, "Uninstall an application"): a location's token names its location, an
 * agency's token its company, which takes every location along. A private token of a location may not.
 */
export function mountUninstall(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: ghlUninstallOperation,
    body: () => uninstallSchema,
    handle: ({ caller, params }, { companyId, locationId, reason }) => {
      if (caller.kind === 'private' && caller.authClass === 'Location') {
        throw refusal(401, 'The token is not authorized for this scope.');
      }
      const named = caller.authClass === 'Location' ? locationId : companyId;
      const missing = caller.authClass === 'Location' ? 'locationId' : 'companyId';
      if (!named) throw unprocessable(`${missing} should not be empty`);
      if (world.switches.now.uninstallNeedsReason && !reason) throw unprocessable('reason should not be empty');
      if (named !== caller.ownerId) throw wrongLocation();
      if (params['appId'] !== world.app.appId || !world.uninstall(named)) throw refusal(400, 'App is not installed');
      return { status: 200, body: { success: true } };
    },
  });
}
