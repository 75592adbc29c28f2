import { Inject, Injectable } from '@nestjs/common';
import { isAppError } from '@firmbridge/contracts';
import { CLOCK, CONFIG, toProblemDetails, type Clock } from '@firmbridge/service';
import type { NextFunction, Request, Response } from 'express';
import { KnowCallers } from '../../../application/know-callers.js';
import type { GatewayConfig } from '../../../config.js';
import { AttemptLimit } from '../../../domain/attempt-limit.js';
import { isCsrfTokenOf } from '../../../domain/csrf-token.js';
import { isOurHost } from '../../../domain/hosts.js';
import { operatorOf } from '../../../domain/identity.js';
import { StartupToken } from '../../../domain/startup-token.js';
import { conversationOf, rememberCredential, type Credential } from '../caller.js';
import { sendProblem } from '../problems.js';
import { PublicAddress } from '../public-address.js';
import { Cookies } from './cookies.js';
import * as refusals from './refusals.js';
import { isSameOrigin, namesItsOrigin } from './same-origin.js';
import { sendClosedPage } from './sign-in-page.js';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/** The one door: finds out who makes a request, and turns away what no route should see. */
@Injectable()
export class Gate {
  private readonly token: StartupToken;
  private readonly ourNames: string[];
  private readonly attempts: AttemptLimit;

  constructor(
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(CLOCK) clock: Clock,
    private readonly address: PublicAddress,
    private readonly cookies: Cookies,
    private readonly knowCallers: KnowCallers,
  ) {
    this.token = new StartupToken(config.startupToken);
    this.ourNames = [config.host, ...(config.publicOrigin === null ? [] : [new URL(config.publicOrigin).hostname])];
    this.attempts = new AttemptLimit(config.attemptsPerMinute, () => clock().getTime());
  }

  readonly checkHost = (request: Request, response: Response, next: NextFunction): void => {
    if (isOurHost(request.get('Host'), this.ourNames)) next();
    else sendProblem(response, refusals.foreignHost);
  };

  /** The token leaves the address bar at once; the browser keeps a value derived from it. */
  readonly openByLink = (request: Request, response: Response, next: NextFunction): void => {
    if (request.method !== 'GET' || request.path !== '/' || !('token' in request.query)) return next();
    const token = String(request.query['token']);
    if (!this.token.isToken(token)) return this.isOneTooMany(request, response) ? undefined : sendClosedPage(response);
    const origin = this.address.origin();
    if (isOtherNameOf(origin, request)) {
      // A cookie belongs to one name, and people come back from a provider to this one.
      return response.redirect(303, `${origin}/?${new URLSearchParams({ token }).toString()}`);
    }
    this.cookies.setStartup(response, this.token.cookieValue);
    response.redirect(303, '/');
  };

  readonly identify = (request: Request, response: Response, next: NextFunction): void => {
    this.decide(request, response).then(
      (isLetIn) => (isLetIn ? next() : undefined),
      (error: unknown) => (isAppError(error) ? sendProblem(response, toProblemDetails(error)) : next(error)),
    );
  };

  private async decide(request: Request, response: Response): Promise<boolean> {
    const bearer = bearerOf(request);
    const credential = bearer === null ? await this.byCookie(request, response) : await this.byHeader(bearer, response);
    if (bearer !== null && credential === null) {
      if (this.isOneTooMany(request, response)) return false;
      response.setHeader('WWW-Authenticate', 'Bearer realm="firmbridge", error="invalid_token"');
      sendProblem(response, refusals.wrongBearer);
      return false;
    }
    if (credential !== null) rememberCredential(response, credential);
    return safeMethods.includes(request.method) || this.mayChange(request, response, credential);
  }

  /** Browsers send cookies also when another page asks: a change needs our page, and the token that only our page can read. */
  private mayChange(request: Request, response: Response, credential: Credential | null): boolean {
    const { publicOrigin } = this.config;
    if (credential?.by === 'header') return true;
    if ((credential !== null || namesItsOrigin(request)) && !isSameOrigin(request, publicOrigin)) {
      sendProblem(response, refusals.foreignPage);
      return false;
    }
    if (credential === null) return !this.isOneTooMany(request, response);
    if (isCsrfTokenOf(credential.secret, request.get('X-CSRF-Token') ?? '')) return true;
    sendProblem(response, refusals.noCsrfToken);
    return false;
  }

  private async byHeader(bearer: string, response: Response): Promise<Credential | null> {
    if (this.token.isToken(bearer)) {
      return { by: 'header', secret: bearer, identity: operatorOf(this.config.tenantId) };
    }
    const identity = await this.knowCallers.byApiKey(bearer, conversationOf(response));
    return identity === null ? null : { by: 'header', secret: bearer, identity };
  }

  private async byCookie(request: Request, response: Response): Promise<Credential | null> {
    const session = this.cookies.session(request);
    const person = session === null ? null : await this.knowCallers.bySession(session, conversationOf(response));
    if (session !== null && person !== null) return { by: 'cookie', secret: session, identity: person };
    const startup = this.cookies.startup(request);
    if (startup === null || !this.token.isCookie(startup)) return null;
    return { by: 'cookie', secret: startup, identity: operatorOf(this.config.tenantId) };
  }

  private isOneTooMany(request: Request, response: Response): boolean {
    const waitMs = this.attempts.take(request.socket.remoteAddress ?? '');
    if (waitMs === 0) return false;
    response.setHeader('Retry-After', String(Math.ceil(waitMs / 1000)));
    sendProblem(response, refusals.tooManyAttempts);
    return true;
  }
}

function bearerOf(request: Request): string | null {
  const header = request.get('Authorization');
  if (header === undefined) return null;
  return /^Bearer +(\S+)$/i.exec(header)?.[1] ?? '';
}

/** The same port by another name: `localhost` instead of `127.0.0.1`. A forwarded port is left alone. */
function isOtherNameOf(origin: string, request: Request): boolean {
  const here = new URL(`http://${request.get('Host') ?? ''}`);
  const { hostname, port } = new URL(origin);
  return here.port === port && here.hostname !== hostname;
}
