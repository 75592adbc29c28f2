import type { Message } from '@firmbridge/contracts';
import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { handling } from './message-context.js';

/** Calls what Nest made of a handler method; rejects with what the method threw (given PassThroughRpcFilter). */
export function runHandler(handler: MessageHandler, message: Message): Promise<unknown> {
  return handling(message, async () => {
    const result: unknown = await handler(message);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  });
}
