import { Body, Delete, Get, Param, Post, Put } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { authMessages, type ProviderApp } from '@firmbridge/contracts';
import { AskPlatform } from '../../application/ask-platform.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './settings.schemas.js';

const { listProviderApps, setProviderApp, removeProviderApp, rotateKeys } = authMessages;

/** The query of each service that seals something. */
const rotations = { auth: rotateKeys } as const satisfies Record<schemas.SealingService, unknown>;
/** A step works for up to 3 s, and may wait its turn. */
const stepTimeoutMs = 15_000;

@ApiController('Settings')
export class SettingsController {
  constructor(private readonly platform: AskPlatform) {}

  @Get('provider-apps')
  @Access('settings.manage')
  @ApiOperation({ summary: 'The developer app of each provider and region, and where there is none yet' })
  @Replies(schemas.providerAppList, { description: 'Without their secrets, which are never told.' })
  listProviderApps(@Caller() caller: CallerFacts): Promise<schemas.ProviderAppList> {
    return this.platform.ask(listProviderApps, {}, caller);
  }

  @Put('provider-apps/:provider/:region')
  @Access('platform.operate')
  @ApiOperation({ summary: 'Keep the id and the secret of an app, sealed' })
  @Replies(schemas.providerApp, { description: 'They hold from the next call on, on every replica.' })
  setProviderApp(
    @Param('provider', { schema: schemas.provider }) provider: schemas.Provider,
    @Param('region', { schema: schemas.region }) region: schemas.Region,
    @Body({ schema: schemas.newProviderApp }) app: schemas.NewProviderApp,
    @Caller() caller: CallerFacts,
  ): Promise<ProviderApp> {
    return this.platform.ask(setProviderApp, { provider, region, ...app }, caller);
  }

  @Delete('provider-apps/:provider/:region')
  @Access('platform.operate')
  @ApiOperation({ summary: 'Forget an app that was set here' })
  @Replies(schemas.providerApp, { description: 'As it is now. Refused while connections were made with it.' })
  removeProviderApp(
    @Param('provider', { schema: schemas.provider }) provider: schemas.Provider,
    @Param('region', { schema: schemas.region }) region: schemas.Region,
    @Caller() caller: CallerFacts,
  ): Promise<ProviderApp> {
    return this.platform.ask(removeProviderApp, { provider, region }, caller);
  }

  @Post('key-rotations/:service')
  @Access('platform.operate')
  @ApiOperation({ summary: 'One step of a rotation of keys; repeat it until nothing is left' })
  @Replies(schemas.rotationProgress, { description: 'Readers notice nothing. It may be broken off anywhere.' })
  rotateKeys(
    @Param('service', { schema: schemas.sealingService }) service: schemas.SealingService,
    @Body({ schema: schemas.rotationStep }) step: schemas.RotationStep,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.RotationProgress> {
    return this.platform.ask(rotations[service], step, caller, stepTimeoutMs);
  }
}
