import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { authMessages, type Connection } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './agencies.schemas.js';

const { listAgencies, listAgencyLocations, connectAgencyLocation, connectionSchema } = authMessages;

/** Providers behind auth answer these: their calls may take a while. */
const providerTimeoutMs = 20_000;

@ApiController('Agencies')
export class AgenciesController {
  constructor(private readonly platform: AskPlatform) {}

  @Get('agencies')
  @Access('connections.read')
  @ApiOperation({ summary: 'The GoHighLevel agencies that are connected' })
  @Replies(schemas.agencyList, { description: 'Each with the connections that came by it.' })
  listAgencies(@Caller() caller: CallerFacts): Promise<schemas.AgencyList> {
    return this.platform.ask(listAgencies, {}, caller);
  }

  @Get('agencies/:agencyId/locations')
  @Access('connections.read')
  @ApiOperation({ summary: 'The locations of an agency that have the app' })
  @Replies(schemas.locationList, { description: 'As GoHighLevel lists them, with the connection of each.' })
  listAgencyLocations(
    @Param('agencyId', { schema: z.uuid() }) agencyId: string,
    @Query({ schema: schemas.locationsQuery }) page: schemas.LocationsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.LocationList> {
    return this.platform.ask(listAgencyLocations, { agencyId, ...page }, caller, providerTimeoutMs);
  }

  @Post('agencies/:agencyId/locations')
  @Access('connections.manage')
  @ApiOperation({ summary: 'Connect a location by its agency, or connect it again' })
  @Replies(connectionSchema, { status: 201, description: 'The connection; it works at once.' })
  connectAgencyLocation(
    @Param('agencyId', { schema: z.uuid() }) agencyId: string,
    @Body({ schema: schemas.agencyLocation }) { locationId }: schemas.AgencyLocation,
    @Caller() caller: CallerFacts,
  ): Promise<Connection> {
    return this.platform.ask(connectAgencyLocation, { agencyId, locationId }, caller, providerTimeoutMs);
  }
}
