import type { Router } from 'express';
import { unprocessable } from '../http/errors.js';
import { mountRoute, type GhlCall } from '../http/route.js';
import type { GhlWorld } from '../world.js';

/** Pipelines and lost reasons: complete lists, not writable by API (section 4). */
export function mountPipelines(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'pipelines.list',
    handle: (call) => {
      const locationId = requiredLocation(call);
      const pipelines = world.store.pipelines.where((pipeline) => pipeline.locationId === locationId);
      const body = {
        pipelines: pipelines.map((pipeline) => ({ ...pipeline, showInFunnel: true, showInPieChart: true })),
      };
      return { status: 200, body };
    },
  });
  mountRoute(router, world, {
    operation: 'lost-reasons.list',
    handle: (call) => {
      const locationId = requiredLocation(call);
      const lostReasons = world.store.lostReasons.where((reason) => reason.locationId === locationId);
      return { status: 200, body: { lostReasons, total: lostReasons.length } };
    },
  });
}

function requiredLocation({ query }: GhlCall): string {
  const locationId = query['locationId'];
  if (!locationId) throw unprocessable("locationId can't be undefined");
  return locationId;
}
