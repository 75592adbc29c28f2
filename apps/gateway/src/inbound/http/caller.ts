import { followTraceparent, traceIdOf } from '@firmbridge/contracts';
import type { NextFunction, Request, Response } from 'express';
import type { Caller, Conversation } from '../../domain/caller.js';
import type { Identity } from '../../domain/identity.js';
import { NotKnown } from './access/not-known.js';
import { correlationIdOf } from './correlation.js';

/** Who made a request, and by which secret; a cookie is also sent when another page asks for it. */
export interface Credential {
  readonly identity: Identity;
  readonly by: 'header' | 'cookie';
  readonly secret: string;
}

const conversations = new WeakMap<Response, Conversation>();
const credentials = new WeakMap<Response, Credential>();

/** A trace that the request is part of goes on. */
export function rememberConversation(request: Request, response: Response, next: NextFunction): void {
  const traceparent = followTraceparent(request.get('traceparent'));
  conversations.set(response, { correlationId: correlationIdOf(response), traceparent });
  next();
}

export function rememberCredential(response: Response, credential: Credential): void {
  credentials.set(response, credential);
}

export function credentialOf(response: Response): Credential | null {
  return credentials.get(response) ?? null;
}

export function identityOf(response: Response): Identity | null {
  return credentialOf(response)?.identity ?? null;
}

export function conversationOf(response: Response): Conversation {
  const conversation = conversations.get(response);
  if (!conversation) throw new Error('A request reached the API without passing the door.');
  return conversation;
}

/** In whose name a request is made; refuses one of nobody. */
export function callerOf(response: Response): Caller {
  const identity = identityOf(response);
  if (identity === null) throw new NotKnown();
  return { tenantId: identity.tenantId, actor: identity.actor, ...conversationOf(response) };
}

/** What a log line needs so that it can be found beside the messages that the request caused. */
export function namesOf(response: Response): { correlationId: string; traceId: string | null } {
  const { correlationId, traceparent } = conversationOf(response);
  return { correlationId, traceId: traceIdOf(traceparent) };
}
