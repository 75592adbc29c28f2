import { Body, Post, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { peopleMessages } from '@firmbridge/contracts';
import type { Response } from 'express';
import { AskPlatform } from '../../application/ask-platform.js';
import { SignIn } from '../../application/sign-in.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { personOf } from '../../domain/identity.js';
import { Access } from './access/access.js';
import { Cookies } from './access/cookies.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import { conversationOf } from './caller.js';
import { PublicAddress } from './public-address.js';
import { toWhoAmI, whoAmI, type WhoAmI } from './session.schemas.js';
import * as schemas from './setup.schemas.js';

@ApiController('Setup')
export class SetupController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly signIn: SignIn,
    private readonly cookies: Cookies,
    private readonly address: PublicAddress,
  ) {}

  @Post('setup/links')
  @Access('platform.operate')
  @ApiOperation({ summary: 'A one-time link for the first administrator of the firm' })
  @Replies(schemas.setupLink, { status: 201, description: 'Earlier links of the firm have ended.' })
  async createSetupLink(@Caller() caller: CallerFacts): Promise<schemas.SetupLink> {
    const { setupToken, expiresAt } = await this.platform.ask(peopleMessages.createSetupLink, {}, caller);
    return { setupUrl: schemas.setupUrl(this.address.origin(), setupToken), expiresAt };
  }

  @Post('setup/look')
  @Access('public')
  @ApiOperation({ summary: 'What a setup link is for' })
  @Replies(schemas.setup, { description: 'Whom it lets in, and until when.' })
  lookAtSetup(
    @Body({ schema: schemas.setupQuestion }) { setupToken }: schemas.SetupQuestion,
    @Res({ passthrough: true }) response: Response,
  ): Promise<schemas.Setup> {
    return this.signIn.lookAtSetup(setupToken, conversationOf(response));
  }

  @Post('setup')
  @Access('public')
  @ApiOperation({ summary: 'Use a setup link: choose a password, and be logged in' })
  @Replies(whoAmI, { status: 201, description: 'Who is logged in, and the token for changes.' })
  async redeemSetup(
    @Body({ schema: schemas.setupAnswers }) answers: schemas.SetupAnswers,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WhoAmI> {
    const { session, sessionToken } = await this.signIn.redeem(answers, conversationOf(response));
    this.cookies.setSession(response, sessionToken, session.expiresAt);
    return toWhoAmI(personOf(session), sessionToken);
  }
}
