import { Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { AppError } from '@firmbridge/contracts';
import { CONFIG } from '@firmbridge/service';
import type { Response } from 'express';
import { LiveFeed } from '../../application/live-feed.js';
import type { GatewayConfig } from '../../config.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { ApiController, Caller } from './api.decorators.js';
import { EventStream } from './event-stream.js';

@ApiController('Stream')
export class StreamController {
  constructor(
    private readonly feed: LiveFeed,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get('stream')
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
    response.on('close', this.feed.join(stream, caller));
  }
}
