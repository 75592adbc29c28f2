import { Injectable } from '@nestjs/common';
import { isAppError, type DataOf, type QueryContract, type ReplyOf } from '@firmbridge/contracts';
import { QueryClient } from '@firmbridge/messaging';
import type { z } from 'zod';
import type { Caller } from '../domain/caller.js';

type PageQuery = QueryContract<z.ZodType<{ limit: number }>>;

/** Asks the service that knows, in the name of the caller. */
@Injectable()
export class AskPlatform {
  constructor(private readonly queries: QueryClient) {}

  ask<C extends QueryContract>(
    contract: C,
    data: z.input<C['data']>,
    caller: Caller,
    timeoutMs?: number,
  ): Promise<ReplyOf<C>> {
    return this.queries.ask(contract, data, { ...caller, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  }

  /** A page of a list; a shorter one than asked for when the full one would not fit into an answer. */
  async page<C extends PageQuery>(
    contract: C,
    data: DataOf<C>,
    caller: Caller,
    timeoutMs?: number,
  ): Promise<ReplyOf<C>> {
    for (let limit = data.limit; ; limit = Math.ceil(limit / 2)) {
      try {
        return await this.ask(contract, { ...data, limit } as z.input<C['data']>, caller, timeoutMs);
      } catch (error) {
        if (limit === 1 || !isAppError(error) || error.code !== 'query.reply_too_large') throw error;
      }
    }
  }
}
