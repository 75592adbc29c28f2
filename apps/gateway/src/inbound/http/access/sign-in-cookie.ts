import { Injectable } from '@nestjs/common';
import { signInCookieName, signInCookieSeconds, signInNoncePattern } from '@firmbridge/contracts';
import type { Request, Response } from 'express';
import { createHash, randomBytes } from 'node:crypto';
import { PublicAddress } from '../public-address.js';
import { readCookie } from './cookies.js';

/** The cookie that ties a sign-in at a provider to the browser that began it. See the contract about it. */
@Injectable()
export class SignInCookie {
  constructor(private readonly address: PublicAddress) {}

  /** The hash of the browser's value; one that it has already serves the sign-ins of its other tabs too, and lives on. */
  hashFor(request: Request, response: Response): string {
    const isSecure = this.address.origin().startsWith('https:');
    const name = signInCookieName(isSecure);
    const known = readCookie(request, name);
    const nonce = known !== null && signInNoncePattern.test(known) ? known : randomBytes(32).toString('base64url');
    const maxAge = signInCookieSeconds * 1_000;
    response.cookie(name, nonce, { httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/', maxAge });
    return createHash('sha256').update(nonce).digest('base64url');
  }
}
