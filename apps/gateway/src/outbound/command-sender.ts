import { Inject, Injectable } from '@nestjs/common';
import { AppError, newMessage, newOrigin, type MessageContract } from '@firmbridge/contracts';
import { Publisher } from '@firmbridge/messaging';
import { CLOCK, SERVICE_NAME, type Clock } from '@firmbridge/service';
import type { z } from 'zod';
import type { Caller } from '../domain/caller.js';

/** Sends commands; a command counts as sent when the broker has confirmed that its owner's queue has it. */
@Injectable()
export class CommandSender {
  constructor(
    private readonly publisher: Publisher,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SERVICE_NAME) private readonly service: string,
  ) {}

  async send<C extends MessageContract>(contract: C, data: z.input<C['data']>, caller: Caller): Promise<void> {
    const origin = newOrigin({ service: this.service, now: this.clock(), ...caller });
    const [result] = await this.publisher.publish([newMessage(contract, data, origin)]);
    if (result === 'confirmed') return;
    const owner = contract.name.slice(0, contract.name.indexOf('.'));
    if (result === 'returned') {
      throw new AppError(
        'unavailable',
        'command.unroutable',
        `The broker has no queue of ${owner}: run the migration, then repeat the request.`,
      );
    }
    throw new AppError(
      'unavailable',
      'command.not_confirmed',
      `The broker did not confirm the command to ${owner}; it may or may not have it. Repeating the request is safe.`,
    );
  }
}
