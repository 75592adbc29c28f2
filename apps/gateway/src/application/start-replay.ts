import { Injectable } from '@nestjs/common';
import { AppError, mappingMessages } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { Caller } from '../domain/caller.js';
import { idOfKey } from '../domain/ids.js';
import { isSameWish, type ReplayWish } from '../domain/replay-wish.js';
import { CommandSender } from '../outbound/command-sender.js';
import { AskPlatform } from './ask-platform.js';

const { replayEntities, getReplays } = mappingMessages;

/** Asks for a replay. Repeating a wish with the same key leads to the same replay. */
@Injectable()
export class StartReplay {
  constructor(
    private readonly platform: AskPlatform,
    private readonly commands: CommandSender,
  ) {}

  async execute(wish: ReplayWish, key: string | null, caller: Caller): Promise<{ replayId: string }> {
    const replayId = key === null ? randomUUID() : idOfKey(key, caller.tenantId, wish.queue);
    if (key !== null && (await this.isRepeated(replayId, wish, caller))) return { replayId };
    await this.commands.send(replayEntities, { replayId, ...wish }, caller);
    return { replayId };
  }

  private async isRepeated(replayId: string, wish: ReplayWish, caller: Caller): Promise<boolean> {
    const { replays } = await this.platform.ask(getReplays, { replayId, limit: 1 }, caller);
    const [known] = replays;
    if (!known) return false;
    if (isSameWish(known, wish)) return true;
    const message = 'This Idempotency-Key belongs to another replay; use a new one.';
    throw new AppError('conflict', 'idempotency_key.reused', message, { details: { replayId } });
  }
}
