import { Injectable } from '@nestjs/common';
import { authMessages } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { Caller } from '../domain/caller.js';
import { idOfKey } from '../domain/ids.js';
import { CommandSender } from '../outbound/command-sender.js';

/** Asks auth to erase the firm; auth judges the confirmation. Repeating it with the same key leads to the same erasure. */
@Injectable()
export class RequestErasure {
  constructor(private readonly commands: CommandSender) {}

  async execute(confirmation: string, key: string | null, caller: Caller): Promise<{ erasureId: string }> {
    const erasureId = key === null ? randomUUID() : idOfKey(key, caller.tenantId, 'erasure');
    await this.commands.send(authMessages.eraseTenant, { erasureId, confirmation }, caller);
    return { erasureId };
  }
}
