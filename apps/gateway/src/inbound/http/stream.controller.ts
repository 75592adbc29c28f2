import { Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { AppError, isAppError, mayDo } from '@firmbridge/contracts';
import { CONFIG, LOGGER, type Logger } from '@firmbridge/service';
import type { Response } from 'express';
import { KnowCallers } from '../../application/know-callers.js';
import { LiveFeed } from '../../application/live-feed.js';
import type { GatewayConfig } from '../../config.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller } from './api.decorators.js';
import { conversationOf, credentialOf } from './caller.js';
import { EventStream } from './event-stream.js';

@ApiController('Stream')
export class StreamController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly knowCallers: KnowCallers,
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @Get('stream')
  @Access('runs.read')
  @ApiOperation({
    summary: 'What happens, as it happens (server-sent events)',
    description:
      'On connecting, the newest runs are sent first. A `run` event carries the whole state of its run, so nothing needs to be ' +
      'caught up after a gap. A client that reads too slowly is sent `end` and dropped.',
  })
  @ApiResponse({
    status: 200,
    description: 'Each event is named as in `event`; its data is the JSON of `data`.',
    content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/StreamEvent' } } },
  })
  openStream(@Caller() caller: CallerFacts, @Res() response: Response): void {
    if (this.feed.size >= this.config.stream.maxClients) {
      throw new AppError('unavailable', 'stream.full', 'Too many pages are open.', { retryAfterMs: 10_000 });
    }
    const stream = new EventStream(response, this.config.stream);
    const recheck = setInterval(() => void this.endWhenSignedOut(stream, response), this.config.stream.recheckMs);
    const leave = this.feed.join(stream, caller);
    response.on('close', () => {
      clearInterval(recheck);
      leave();
    });
  }

  /** A stream outlives neither its session or key, nor the roles that opened it. While auth is away it stays. */
  private async endWhenSignedOut(stream: EventStream, response: Response): Promise<void> {
    const credential = credentialOf(response);
    if (credential === null || stream.isOver) return;
    try {
      const { identity, secret } = credential;
      const now = await this.knowCallers.again(identity, secret, conversationOf(response));
      const isSame = now !== null && JSON.stringify(now.actor) === JSON.stringify(identity.actor);
      if (!isSame || !mayDo(now.actor, 'runs.read')) stream.end('signed_out');
    } catch (error) {
      if (isAppError(error)) this.log.warn({ code: error.code }, 'it is not known whether a stream may stay open');
      else this.log.error({ err: error }, 'a stream could not be checked');
    }
  }
}
