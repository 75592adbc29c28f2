import type { Message } from '@firmbridge/contracts';
import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';

/** Calls what Nest made of a handler method; rejects with what the method threw (given PassThroughRpcFilter). */
export async function runHandler(handler: MessageHandler, message: Message): Promise<unknown> {
  const result: unknown = await handler(message);
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}
