import {
  applyDecorators,
  Controller,
  createParamDecorator,
  HttpCode,
  SerializeOptions,
  UseFilters,
  UseInterceptors,
  StandardSchemaSerializerInterceptor,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiDefaultResponse, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { ApiProblemFilter } from './api-problem.filter.js';
import { callerOf } from './caller.js';

/** A controller of `/api/v1`: what it throws becomes a problem, what it returns is checked by the schema of its reply. */
export function ApiController(tag: string): ClassDecorator {
  return applyDecorators(
    Controller('api/v1'),
    UseFilters(ApiProblemFilter),
    UseInterceptors(StandardSchemaSerializerInterceptor),
    ApiTags(tag),
    ApiBearerAuth('key'),
    ApiCookieAuth('session'),
    ApiDefaultResponse({
      description: 'Anything else: why, and what to do about it.',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } },
    }),
  ) as ClassDecorator;
}

interface ReplyOptions {
  readonly description: string;
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Parameters<typeof ApiResponse>[0]['headers'];
}

/** What a method answers: checked before it leaves, and documented. */
export function Replies(schema: z.ZodType, { status = 200, ...documented }: ReplyOptions): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    SerializeOptions({ schema }),
    ApiResponse({ status, standardSchema: schema, ...documented }),
  );
}

/** In whose name the request is made. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerFacts =>
  callerOf(context.switchToHttp().getResponse<Response>()),
);
