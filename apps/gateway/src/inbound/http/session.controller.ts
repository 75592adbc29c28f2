import { Body, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { peopleMessages } from '@firmbridge/contracts';
import type { Request, Response } from 'express';
import { AskPlatform } from '../../application/ask-platform.js';
import { SignIn } from '../../application/sign-in.js';
import { personOf } from '../../domain/identity.js';
import { Access } from './access/access.js';
import { Cookies } from './access/cookies.js';
import { NotKnown } from './access/not-known.js';
import { ApiController, Replies } from './api.decorators.js';
import { callerOf, conversationOf, credentialOf } from './caller.js';
import * as schemas from './session.schemas.js';

@ApiController('Session')
export class SessionController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly signIn: SignIn,
    private readonly cookies: Cookies,
  ) {}

  @Post('session')
  @Access('public')
  @ApiOperation({ summary: 'Log in: begins a session, whose cookie comes with the answer' })
  @Replies(schemas.whoAmI, { status: 201, description: 'Who is logged in, and the token for changes.' })
  async logIn(
    @Body({ schema: schemas.credentials }) credentials: schemas.Credentials,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<schemas.WhoAmI> {
    const claim = {
      ...credentials,
      sourceAddress: request.socket.remoteAddress ?? 'unknown',
      previousSessionToken: this.cookies.session(request),
    };
    const { session, sessionToken } = await this.signIn.logIn(claim, conversationOf(response));
    this.cookies.setSession(response, sessionToken, session.expiresAt);
    return schemas.toWhoAmI(personOf(session), sessionToken);
  }

  @Get('session')
  @Access('known')
  @ApiOperation({ summary: 'Who asks, what that person, key or operator may do, and the token for changes' })
  @Replies(schemas.whoAmI, { description: 'Refused with 401 when nobody is logged in.' })
  whoAmI(@Res({ passthrough: true }) response: Response): schemas.WhoAmI {
    const credential = credentialOf(response);
    if (credential === null) throw new NotKnown();
    return schemas.toWhoAmI(credential.identity, credential.by === 'cookie' ? credential.secret : null);
  }

  @Delete('session')
  @Access('public')
  @HttpCode(204)
  @ApiOperation({ summary: 'Log out: the session ends, and its cookie goes' })
  @ApiResponse({ status: 204, description: 'Over, or there was none.' })
  async logOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const token = this.cookies.session(request);
    if (token !== null) await this.signIn.logOut(token, conversationOf(response));
    this.cookies.clear(response);
  }

  @Post('password')
  @Access('own-account.manage')
  @HttpCode(204)
  @ApiOperation({ summary: 'Change the own password; all other own sessions end' })
  @ApiResponse({ status: 204, description: 'The new password holds.' })
  async changePassword(
    @Body({ schema: schemas.newPassword }) wish: schemas.NewPassword,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const identity = credentialOf(response)?.identity;
    const keepSessionId = identity?.kind === 'person' ? identity.session.sessionId : null;
    const question = { ...wish, keepSessionId, sourceAddress: request.socket.remoteAddress ?? 'unknown' };
    const asker = { ...callerOf(response), timeoutMs: 20_000 };
    await this.platform.ask(peopleMessages.changePassword, question, asker);
  }
}
