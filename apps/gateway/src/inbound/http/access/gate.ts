import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@firmbridge/service';
import type { NextFunction, Request, Response } from 'express';
import type { GatewayConfig } from '../../../config.js';
import { isOurHost } from '../../../domain/hosts.js';
import { StartupToken } from '../../../domain/startup-token.js';
import { sendProblem, type Refusal } from '../problems.js';
import { PublicAddress } from '../public-address.js';
import { isSameOrigin } from './same-origin.js';
import { sendClosedPage, sendOnTheWayPage } from './sign-in-page.js';

/** What a load balancer asks; everything else needs the token. */
const openPaths = ['/livez', '/readyz'];
const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

const foreignHost: Refusal = {
  status: 421,
  title: 'misdirected request',
  code: 'request.foreign_host',
  detail: 'The Host header does not name this gateway.',
  advice: 'Use the address printed at start, or set PUBLIC_URL to the address you use.',
};
const noToken: Refusal = {
  status: 401,
  title: 'unauthorized',
  code: 'request.no_token',
  detail: 'The start-up token is missing or wrong.',
  advice:
    'Send "Authorization: Bearer TOKEN" with the token printed at start, or open the printed address in a browser.',
};
const foreignPage: Refusal = {
  status: 403,
  title: 'forbidden',
  code: 'request.cross_origin',
  detail: 'The change was asked for by another page than ours.',
  advice: 'Use the dashboard, or send the token in an Authorization header.',
};

/** The one door: nothing behind it sees a request that does not carry the start-up token. */
@Injectable()
export class Gate {
  private readonly token: StartupToken;
  private readonly ourNames: string[];

  constructor(
    @Inject(CONFIG) private readonly config: GatewayConfig,
    private readonly address: PublicAddress,
  ) {
    this.token = new StartupToken(config.startupToken);
    this.ourNames = [config.host, ...(config.publicOrigin === null ? [] : [new URL(config.publicOrigin).hostname])];
  }

  readonly handle = (request: Request, response: Response, next: NextFunction): void => {
    if (!isOurHost(request.get('Host'), this.ourNames)) return sendProblem(response, foreignHost);
    if (openPaths.includes(request.path)) return next();
    if (request.method === 'GET' && request.path === '/' && 'token' in request.query) {
      return this.signIn(request, response);
    }
    const holds = this.credentialOf(request);
    if (holds === null) return refuse(request, response);
    const isChange = !safeMethods.includes(request.method);
    if (holds === 'cookie' && isChange && !isSameOrigin(request, this.config.publicOrigin)) {
      return sendProblem(response, foreignPage);
    }
    next();
  };

  /** The token leaves the address bar at once; the browser keeps a value derived from it. */
  private signIn(request: Request, response: Response): void {
    const token = String(request.query['token']);
    if (!this.token.isToken(token)) return sendClosedPage(response);
    const origin = this.address.origin();
    if (isOtherNameOf(origin, request)) {
      // A cookie belongs to one name, and people come back from a provider to this one.
      return response.redirect(303, `${origin}/?${new URLSearchParams({ token }).toString()}`);
    }
    response.cookie(cookieName(request), this.token.cookieValue, {
      httpOnly: true,
      sameSite: 'strict',
      secure: origin.startsWith('https:'),
      path: '/',
    });
    response.redirect(303, '/');
  }

  private credentialOf(request: Request): 'header' | 'cookie' | null {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(request.get('Authorization') ?? '') ?? [];
    if (bearer !== undefined) return this.token.isToken(bearer) ? 'header' : null;
    const cookie = readCookie(request, cookieName(request));
    return cookie !== null && this.token.isCookie(cookie) ? 'cookie' : null;
  }
}

/** A browser sends the cookies of a host to all its ports: each gateway needs a name of its own. */
function cookieName(request: Request): string {
  return `firmbridge_${request.socket.localPort ?? 0}`;
}

/** The same port by another name: `localhost` instead of `127.0.0.1`. A forwarded port is left alone. */
function isOtherNameOf(origin: string, request: Request): boolean {
  const here = new URL(`http://${request.get('Host') ?? ''}`);
  const { hostname, port } = new URL(origin);
  return here.port === port && here.hostname !== hostname;
}

function readCookie(request: Request, name: string): string | null {
  const pairs = (request.get('Cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1] ?? null;
}

function refuse(request: Request, response: Response): void {
  const isPageLoad =
    request.method === 'GET' && !request.path.startsWith('/api/v1') && request.accepts(['json', 'html']) === 'html';
  if (!isPageLoad) {
    response.setHeader('WWW-Authenticate', 'Bearer realm="firmbridge"');
    sendProblem(response, noToken);
  } else if (request.get('Sec-Fetch-Site') === 'cross-site') {
    sendOnTheWayPage(response);
  } else {
    sendClosedPage(response);
  }
}
