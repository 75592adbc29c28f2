import { Injectable } from '@nestjs/common';
import type { CookieOptions, Request, Response } from 'express';
import { PublicAddress } from '../public-address.js';

/** What a browser keeps for us: a session, or a value that stands for the start-up token. Whoever sets one takes the other away. */
@Injectable()
export class Cookies {
  constructor(private readonly address: PublicAddress) {}

  session(request: Request): string | null {
    return readCookie(request, this.sessionName(request));
  }

  startup(request: Request): string | null {
    return readCookie(request, startupName(request));
  }

  setSession(response: Response, token: string, expiresAt: string): void {
    const expires = new Date(expiresAt);
    response.cookie(this.sessionName(response.req), token, { ...this.sessionOptions(), expires });
    response.clearCookie(startupName(response.req), this.startupOptions());
  }

  setStartup(response: Response, value: string): void {
    response.cookie(startupName(response.req), value, this.startupOptions());
    response.clearCookie(this.sessionName(response.req), this.sessionOptions());
  }

  clear(response: Response): void {
    response.clearCookie(this.sessionName(response.req), this.sessionOptions());
    response.clearCookie(startupName(response.req), this.startupOptions());
  }

  private get isSecure(): boolean {
    return this.address.origin().startsWith('https:');
  }

  /** `__Host-` binds it to this host, over TLS. Without, a name of its own: a browser sends the cookies of a host to all its ports. */
  private sessionName(request: Request): string {
    return this.isSecure ? '__Host-firmbridge_session' : `firmbridge_session_${request.socket.localPort ?? 0}`;
  }

  private sessionOptions(): CookieOptions {
    return { httpOnly: true, sameSite: 'lax', secure: this.isSecure, path: '/' };
  }

  private startupOptions(): CookieOptions {
    return { httpOnly: true, sameSite: 'strict', secure: this.isSecure, path: '/' };
  }
}

function startupName(request: Request): string {
  return `firmbridge_${request.socket.localPort ?? 0}`;
}

export function readCookie(request: Request, name: string): string | null {
  const pairs = (request.get('Cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1] ?? null;
}
