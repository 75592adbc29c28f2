import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { peopleMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './api-keys.schemas.js';

const { listApiKeys, createApiKey, revokeApiKey } = peopleMessages;

@ApiController('API keys')
export class ApiKeysController {
  constructor(private readonly platform: AskPlatform) {}

  @Get('api-keys')
  @Access('keys.read')
  @ApiOperation({ summary: 'The API keys of the firm' })
  @Replies(schemas.apiKeyList, { description: 'Newest first, without those that were revoked.' })
  listApiKeys(@Caller() caller: CallerFacts): Promise<schemas.ApiKeyList> {
    return this.platform.ask(listApiKeys, {}, caller);
  }

  @Post('api-keys')
  @Access('keys.manage')
  @ApiOperation({ summary: 'Create an API key' })
  @Replies(schemas.createdApiKey, { status: 201, description: 'The key itself is told this once.' })
  createApiKey(
    @Body({ schema: schemas.newApiKey }) wish: schemas.NewApiKey,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.CreatedApiKey> {
    return this.platform.ask(createApiKey, wish, caller);
  }

  @Delete('api-keys/:keyId')
  @Access('keys.manage')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an API key' })
  @ApiResponse({ status: 204, description: 'It stops working within seconds.' })
  async revokeApiKey(
    @Param('keyId', { schema: z.uuid() }) keyId: string,
    @Caller() caller: CallerFacts,
  ): Promise<void> {
    await this.platform.ask(revokeApiKey, { keyId }, caller);
  }
}
