import { applyDecorators, HttpCode, SerializeOptions } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { AppError, type Operation } from '@firmbridge/contracts';
import type { Response } from 'express';
import { z } from 'zod';
import { clioRecord, type ClioRecord } from './clio-records.schemas.js';
import {
  shownOperation,
  operation as operationSchema,
  type Operation as ShownOperation,
} from './operations.schemas.js';
import { TakesIdempotencyKey } from './idempotency-key.js';

const answerSchema = z.union([clioRecord, operationSchema]);

/** What every write takes and may answer: checked before it leaves, and documented. */
export function RepliesToWrite(action: Operation['action']): MethodDecorator {
  const [status, description] = action === 'create' ? [201, 'Created.'] : [200, 'Changed.'];
  return applyDecorators(
    HttpCode(status),
    SerializeOptions({ schema: answerSchema }),
    TakesIdempotencyKey('operation'),
    ApiHeader(preferHeader),
    ...(action === 'update' ? [ApiHeader(ifMatchHeader)] : []),
    ApiResponse({ status, standardSchema: clioRecord, description: `${description} The record as Clio gave it.` }),
    ApiResponse({
      status: 202,
      standardSchema: operationSchema,
      description: 'Not over yet: follow the operation at `Location`.',
      headers: { Location: { description: 'The operation.', schema: { type: 'string' } } },
    }),
    ...refusals.map(([code, words]) => ApiResponse({ status: code, description: words, ...problemContent })),
  );
}

const preferHeader = {
  name: 'Prefer',
  required: false,
  description: '`wait=SECONDS` (10 at most, the default) or `respond-async`: how long to wait for the outcome.',
  schema: { type: 'string' },
};

const ifMatchHeader = {
  name: 'If-Match',
  required: false,
  description:
    'The etag that was read. When Clio has another one meanwhile, nothing is written: 412 with what has changed. ' +
    'Without it the last one to write wins, field by field.',
  schema: { type: 'string' },
};

const problemContent = {
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } },
};

const refusals: readonly (readonly [number, string])[] = [
  [400, 'The request is not one: `errors` names each wrong field, why, and what it may be.'],
  [403, 'The caller may not, or Clio refuses for want of a permission, which is named.'],
  [404, 'Clio has no such record, or the account may not see it.'],
  [409, 'The Idempotency-Key belongs to another request, or the account is not connected.'],
  [412, 'The record has changed: `details.changed` names the fields, before and after; `details.etag` is the new one.'],
  [
    422,
    'Clio refuses a value: `details` names the fields, with its words. Or what we know of the firm does: `errors` names the field and what it may be.',
  ],
  [429, 'Clio takes no more calls just now and nothing was written: wait for `Retry-After`.'],
  [502, 'It may have happened. The operation waits for a decision.'],
  [503, 'Clio is not available and nothing was written.'],
];

/** The record, the operation to follow, or the refusal as a problem. */
export function answerWrite(operation: Operation, response: Response): ClioRecord | ShownOperation {
  const { connectionId, resource, recordId, record } = operation;
  const location = `/api/v1/operations/${operation.operationId}`;
  if (operation.finishedAt === null) {
    response.status(202).setHeader('Location', location);
    return shownOperation(operation);
  }
  if (operation.state !== 'succeeded' || recordId === null) throw refusal(operation, location);
  const etag = etagOf(record);
  if (etag !== null) response.setHeader('ETag', etag);
  if (operation.action === 'create') {
    response.setHeader('Location', `/api/v1/clio/${resource}/${recordId}?connectionId=${connectionId}`);
  }
  return { connectionId, resource, recordId, etag, record: record ?? {} };
}

function refusal({ operationId, state, problem }: Operation, location: string): AppError {
  const details = { ...problem?.details, operationId, operation: location };
  if (problem === null) {
    return new AppError('conflict', `operation.${state}`, `The write ended as ${state}.`, { details });
  }
  const { kind, code, message, retryAfterMs } = problem;
  return new AppError(kind, code, message, { details, ...(retryAfterMs === null ? {} : { retryAfterMs }) });
}

function etagOf(record: Operation['record']): string | null {
  const etag = record?.['etag'];
  return typeof etag === 'string' ? etag : null;
}
