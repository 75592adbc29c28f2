import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AppError, requirePermission } from '@firmbridge/contracts';
import type { Request, Response } from 'express';
import { identityOf } from '../caller.js';
import { accessOfRoute } from './access.js';
import { NotKnown } from './not-known.js';

/** Lets through to a route only whom it was declared for; a route without a declaration is closed. */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const access = accessOfRoute(context, http.getRequest<Request>().path);
    if (access === 'public') return true;
    const response = http.getResponse<Response>();
    const identity = identityOf(response);
    if (identity === null) {
      response.setHeader('WWW-Authenticate', 'Bearer realm="firmbridge"');
      throw new NotKnown();
    }
    if (access === null) {
      throw new AppError('forbidden', 'access.undeclared', 'Nobody may use this route: it does not say who may.');
    }
    if (access !== 'known') requirePermission(identity.actor, access);
    return true;
  }
}
