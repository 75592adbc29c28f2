import { Controller, type Type } from '@nestjs/common';
import { authMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes, topology } from '@firmbridge/messaging';
import { EraseTenant } from './erase-tenant.js';

const { tenantErasing } = authMessages;

/** The queue in which a service hears that a firm is to be erased; null for one that the topology gives none. */
export function eraseTenantQueueOf(service: string): string | null {
  const queues = topology.queues.filter(({ owner }) => owner === service);
  const queue = queues.find(({ name, bindings }) => {
    return name === `${service}.erase-tenant` && bindings.some(({ source }) => source === tenantErasing);
  });
  return queue?.name ?? null;
}

/** The same handler for every service, each on its own queue. */
export function eraseTenantHandler(queue: string): Type {
  @Controller()
  class EraseTenantHandler {
    constructor(private readonly eraseTenant: EraseTenant) {}

    @Consumes(tenantErasing, { queue })
    handle(message: Message<DataOf<typeof tenantErasing>>): Promise<void> {
      return this.eraseTenant.execute(message);
    }
  }
  return EraseTenantHandler;
}
