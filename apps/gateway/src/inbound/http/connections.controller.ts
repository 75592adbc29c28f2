import { Body, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { authMessages, type Connection, type ReplyOf } from '@firmbridge/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import { CreatePairing } from '../../application/create-pairing.js';
import { Disconnect } from '../../application/disconnect.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { SignInCookie } from './access/sign-in-cookie.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import { credentialOf } from './caller.js';
import * as schemas from './connections.schemas.js';
import { PublicAddress } from './public-address.js';

const { listConnections, beginAuthorization, addPrivateToken, getDisconnections } = authMessages;

@ApiController('Connections')
export class ConnectionsController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly createPairing: CreatePairing,
    private readonly disconnect: Disconnect,
    private readonly address: PublicAddress,
    private readonly signInCookie: SignInCookie,
  ) {}

  @Get('connections')
  @Access('connections.read')
  @ApiOperation({ summary: 'The connected accounts, and which of them are kept in step' })
  @Replies(schemas.connectionList, { description: 'All connections and pairings of the firm.' })
  listConnections(@Caller() caller: CallerFacts): Promise<schemas.ConnectionList> {
    return this.platform.ask(listConnections, {}, caller);
  }

  @Post('connections')
  @Access('connections.manage')
  @ApiOperation({ summary: 'Connect an account, or connect it again: where to send the person' })
  @Replies(schemas.authorization, {
    description:
      'Send the person to `authorizeUrl` before it expires. A browser that asked with its cookie is the only one that can finish; else the address leads over a page on which the person confirms.',
  })
  beginAuthorization(
    @Body({ schema: schemas.newConnection }) wish: schemas.NewConnection,
    @Caller() caller: CallerFacts,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ReplyOf<typeof beginAuthorization>> {
    const isBrowser = credentialOf(response)?.by === 'cookie';
    const browserNonceHash = isBrowser ? this.signInCookie.hashFor(request, response) : null;
    const returnTo = `${this.address.origin()}/`;
    return this.platform.ask(beginAuthorization, { ...wish, browserNonceHash, returnTo }, caller);
  }

  @Post('connections/private-token')
  @Access('connections.manage')
  @ApiOperation({ summary: 'Connect a GoHighLevel location by its private integration token' })
  @Replies(authMessages.connectionSchema, { status: 201, description: 'The connection; it works at once.' })
  addPrivateToken(
    @Body({ schema: schemas.privateToken }) wish: schemas.PrivateToken,
    @Caller() caller: CallerFacts,
  ): Promise<Connection> {
    return this.platform.ask(addPrivateToken, { provider: 'ghl', ...wish }, caller);
  }

  @Post('pairings')
  @Access('connections.manage')
  @ApiOperation({ summary: 'Keep a Clio connection and a GoHighLevel connection in step' })
  @Replies(schemas.acceptedPairing, { status: 202, description: 'Accepted. Asking again leads to the same pairing.' })
  addPairing(
    @Body({ schema: schemas.newPairing }) wish: schemas.NewPairing,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.AcceptedPairing> {
    return this.createPairing.execute(wish, caller);
  }

  @Post('connections/:connectionId/disconnect')
  @Access('connections.manage')
  @ApiOperation({ summary: 'End a connection: its work stops, then its token is revoked and destroyed' })
  @Replies(schemas.acceptedDisconnection, {
    status: 202,
    description: 'Accepted; GET /api/v1/disconnections tells how far it is. Asking again changes nothing.',
  })
  disconnectConnection(
    @Param('connectionId', { schema: z.uuid() }) connectionId: string,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.AcceptedDisconnection> {
    return this.disconnect.execute(connectionId, caller);
  }

  @Get('disconnections')
  @Access('connections.read')
  @ApiOperation({ summary: 'Connections that are ending or have ended: how far, and who is missing' })
  @Replies(schemas.disconnectionList, { description: 'The newest first.' })
  listDisconnections(
    @Query({ schema: schemas.disconnectionsQuery }) { connectionId, limit }: schemas.DisconnectionsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.DisconnectionList> {
    return this.platform.page(getDisconnections, { connectionId: connectionId ?? null, limit }, caller);
  }
}
