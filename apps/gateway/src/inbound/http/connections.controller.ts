import { Body, Get, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { authMessages, type Connection, type ReplyOf } from '@firmbridge/contracts';
import { AskPlatform } from '../../application/ask-platform.js';
import { CreatePairing } from '../../application/create-pairing.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './connections.schemas.js';
import { PublicAddress } from './public-address.js';

const { listConnections, beginAuthorization, addPrivateToken } = authMessages;

@ApiController('Connections')
export class ConnectionsController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly createPairing: CreatePairing,
    private readonly address: PublicAddress,
  ) {}

  @Get('connections')
  @ApiOperation({ summary: 'The connected accounts, and which of them are kept in step' })
  @Replies(schemas.connectionList, { description: 'All connections and pairings of the firm.' })
  listConnections(@Caller() caller: CallerFacts): Promise<schemas.ConnectionList> {
    return this.platform.ask(listConnections, {}, caller);
  }

  @Post('connections')
  @ApiOperation({ summary: 'Connect an account, or connect it again: where to send the person' })
  @Replies(schemas.authorization, { description: 'Send the person to `authorizeUrl` before it expires.' })
  beginAuthorization(
    @Body({ schema: schemas.newConnection }) wish: schemas.NewConnection,
    @Caller() caller: CallerFacts,
  ): Promise<ReplyOf<typeof beginAuthorization>> {
    return this.platform.ask(beginAuthorization, { ...wish, returnTo: `${this.address.origin()}/` }, caller);
  }

  @Post('connections/private-token')
  @ApiOperation({ summary: 'Connect a GoHighLevel location by its private integration token' })
  @Replies(authMessages.connectionSchema, { status: 201, description: 'The connection; it works at once.' })
  addPrivateToken(
    @Body({ schema: schemas.privateToken }) wish: schemas.PrivateToken,
    @Caller() caller: CallerFacts,
  ): Promise<Connection> {
    return this.platform.ask(addPrivateToken, { provider: 'ghl', ...wish }, caller);
  }

  @Post('pairings')
  @ApiOperation({ summary: 'Keep a Clio connection and a GoHighLevel connection in step' })
  @Replies(schemas.acceptedPairing, { status: 202, description: 'Accepted. Asking again leads to the same pairing.' })
  addPairing(
    @Body({ schema: schemas.newPairing }) wish: schemas.NewPairing,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.AcceptedPairing> {
    return this.createPairing.execute(wish, caller);
  }
}
