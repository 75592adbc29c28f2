import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CONFIG, LOGGER } from '@firmbridge/service';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import { Budgets } from '../../application/budgets.js';
import { ClioConnection } from '../../application/clio-connection.js';
import { CreatePairing } from '../../application/create-pairing.js';
import { Disconnect } from '../../application/disconnect.js';
import { KnowCallers } from '../../application/know-callers.js';
import { LiveFeed } from '../../application/live-feed.js';
import { RequestErasure } from '../../application/request-erasure.js';
import { StartReplay } from '../../application/start-replay.js';
import { SignIn } from '../../application/sign-in.js';
import { StartRun } from '../../application/start-run.js';
import { SyncServices } from '../../application/sync-services.js';
import { WriteToClio } from '../../application/write-to-clio.js';
import { Cookies } from './access/cookies.js';
import { SignInCookie } from './access/sign-in-cookie.js';
import { apiControllers } from './api-controllers.js';
import { toOpenApi } from './openapi-schemas.js';
import { problemDetailsSchema } from './problems.js';
import { PublicAddress } from './public-address.js';
import { streamEvent } from './stream.schemas.js';

const unused = [
  AskPlatform,
  ClioConnection,
  Cookies,
  Budgets,
  CreatePairing,
  Disconnect,
  KnowCallers,
  LiveFeed,
  RequestErasure,
  SignIn,
  SignInCookie,
  StartReplay,
  StartRun,
  SyncServices,
  WriteToClio,
  PublicAddress,
  LOGGER,
  CONFIG,
];

/** The controllers alone: a description needs nothing that they work with. */
@Module({
  controllers: apiControllers,
  providers: unused.map((provide) => ({ provide, useValue: null })),
})
class DescriptionModule {}

const head = new DocumentBuilder()
  .setOpenAPIVersion('3.1.0')
  .setTitle('Firmbridge API')
  .setVersion('1')
  .setDescription(
    'Connects a law firm’s Clio Manage account and its GoHighLevel location, and shows what became of it. ' +
      'Every refusal is a problem (RFC 9457) that says what to do. An `X-Correlation-Id` (a UUID) that is sent is taken over into ' +
      'every message the request causes, and every answer names the one it belongs to. A W3C `traceparent` goes on in those messages; ' +
      'without one a trace begins.',
  )
  .addSecurity('key', { type: 'http', scheme: 'bearer', description: 'An API key, or the token printed at start.' })
  .addSecurity('session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-firmbridge_session',
    description:
      'Set by POST /api/v1/session; without TLS it is called firmbridge_session_PORT. Changes need the X-CSRF-Token of GET /api/v1/session.',
  })
  .build();

/** The description of the API, made without a broker and without a running gateway. */
export async function buildApiDocument(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(DescriptionModule, { logger: false, abortOnError: false });
  try {
    const document = SwaggerModule.createDocument(app, head, {
      operationIdFactory: (_controller, method) => method,
      standardSchemaConverter: (schema, { schemaType }) =>
        schema instanceof z.ZodType ? toOpenApi(schema, schemaType) : undefined,
    });
    const named = [problemDetailsSchema, streamEvent].map((schema) => toOpenApi(schema, 'output').components);
    const schemas = Object.assign({}, document.components?.schemas, ...named) as Record<string, object>;
    const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
    return { ...document, components: { ...document.components, schemas: sorted } };
  } finally {
    await app.close();
  }
}
