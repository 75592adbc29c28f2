import { authMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { CreatePairing, createPairingQueue } from '../../application/connections/create-pairing.js';

const { createPairing } = authMessages;

@Controller()
export class CreatePairingHandler {
  constructor(private readonly createPairing: CreatePairing) {}

  @Consumes(createPairing, { queue: createPairingQueue })
  handle(command: Message<DataOf<typeof createPairing>>): Promise<void> {
    return this.createPairing.execute(command);
  }
}
