import { Inject, Injectable } from '@nestjs/common';
import {
  AppError,
  envelopeSchema,
  newMessage,
  originFollowing,
  toMessage,
  type Actor,
  type Message,
  type MessageContract,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import { BrokerConnections } from '@firmbridge/messaging';
import { CLOCK, SERVICE_NAME, type Clock } from '@firmbridge/service';
import type { z } from 'zod';
import type { OpenedLetter } from '../../persistence/dead-letter.repository.js';

/** Makes the message that takes the place of a command that was set aside. Throws a validation error that says why it cannot. */
@Injectable()
export class ComposeReplacement {
  constructor(
    private readonly connections: BrokerConnections,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SERVICE_NAME) private readonly service: string,
  ) {}

  /** Same conversation, lane and subject as before; the actor is whoever edits. */
  execute(letter: OpenedLetter, data: Readonly<Record<string, unknown>>, actor: Actor): OutgoingMessage {
    const old = readMessage(letter);
    const contract = this.commandOf(old.type);
    const checked = contract.data.safeParse(data);
    if (!checked.success) throw breach(contract, checked.error);
    const origin = { ...originFollowing(old, this.service, this.clock()), actor };
    const lane = this.laneOf(contract, letter.deadLetter.queue);
    return newMessage(contract, data, origin, {
      ...(lane === undefined ? {} : { lane }),
      ...(old.subject === undefined ? {} : { subject: old.subject }),
    });
  }

  private commandOf(type: string): MessageContract {
    const contract = this.connections.contracts.get(type);
    if (contract?.kind === 'command') return contract;
    const what =
      contract === undefined ? 'is of no known type' : `is ${contract.kind === 'event' ? 'an event' : 'a query'}`;
    const message = `Only commands can be edited, and ${type} ${what}: whoever publishes it has to put it right.`;
    throw new AppError('validation', 'dead_letter.not_a_command', message);
  }

  /** The lane whose queue it failed in. */
  private laneOf({ type, lanes }: MessageContract, queue: string): string | undefined {
    const spec = this.connections.manifest.queues.find(({ name }) => name === queue);
    const binding = spec?.bindings.find(({ source }) => 'type' in source && source.type === type);
    return binding?.lane ?? lanes[0];
  }
}

function readMessage({ deadLetter, body }: OpenedLetter): Message {
  const envelope = envelopeSchema.safeParse(deadLetter.bodyIsKept ? parsed(body) : null);
  if (envelope.success) return toMessage(envelope.data);
  const message = 'The message cannot be read, so nothing can take its place: whoever sent it has to send it again.';
  throw new AppError('validation', 'dead_letter.unreadable', message, { cause: envelope.error });
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

/** Names paths, and says what is wrong there. */
function breach({ type }: MessageContract, { issues }: z.ZodError): AppError {
  const problems = issues.map(({ path, message }) => `${['data', ...path].join('.')}: ${message}`);
  const message = `The new data breaks ${type} at ${problems.slice(0, 10).join('; ')}.`;
  return new AppError('validation', 'dead_letter.edit_refused', message, {
    details: { fields: issues.map(({ path }) => path.join('.')) },
  });
}
