import {
  AppError,
  isAppError,
  providerSchema,
  signInNoncePattern,
  type Actor,
  type Provider,
} from '@firmbridge/contracts';
import { Body, Controller, Get, Inject, Logger, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CONFIG } from '@firmbridge/service';
import type { Request, Response } from 'express';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  CompleteAuthorization,
  type AuthorizationResult,
} from '../../application/connections/complete-authorization.js';
import { ConfirmAuthorization } from '../../application/connections/confirm-authorization.js';
import { ShowAuthorization, type PendingAuthorization } from '../../application/connections/show-authorization.js';
import type { AuthConfig } from '../../config.js';
import { hashSecret, isSecretOf } from '../../domain/secrets.js';
import { formPageHeaders, pageHeaders, renderPage, type Page } from './pages.js';
import { SignInCookie } from './sign-in-cookie.js';

const text = z.string().min(1).max(4096).nullish().catch(null);
/** A parameter given twice is as good as none. */
const startQuery = z.object({ state: text });
const confirmation = z.object({ state: z.string().min(1).max(200), browser: z.string().regex(signInNoncePattern) });
const callbackQuery = z.object({ state: text, code: text, error: text });
const providerNames: Record<Provider, string> = { clio: 'Clio', ghl: 'GoHighLevel' };
const beginners: Record<Actor['kind'], string> = {
  person: 'by a person in another browser',
  key: 'with an API key',
  system: 'by Firmbridge itself',
};

interface Shown {
  readonly status: number;
  readonly page: Page;
}

/**
 * The browser's side of a sign-in: on its way to the provider, and back. Everything ends in a page or a redirect. A sign-in that
 * was begun in a browser never comes by `start`; one that was not is shown there to whoever opens it, and becomes theirs only by a
 * click that comes from this very page.
 */
@Controller('oauth')
export class OauthController {
  private readonly logger = new Logger(OauthController.name);
  private readonly cookie: SignInCookie;

  constructor(
    private readonly showAuthorization: ShowAuthorization,
    private readonly confirmAuthorization: ConfirmAuthorization,
    private readonly completeAuthorization: CompleteAuthorization,
    @Inject(CONFIG) config: AuthConfig,
  ) {
    this.cookie = new SignInCookie(config.publicUrl.startsWith('https:'));
  }

  @Get('start/:provider')
  async start(
    @Param('provider') provider: string,
    @Query() query: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.orErrorPage(response, async () => {
      const state = startQuery.parse(query).state ?? '';
      const pending = await this.showAuthorization.execute(providerSchema.parse(provider), state);
      const nonce = this.cookie.read(request.headers.cookie) ?? randomBytes(32).toString('base64url');
      response.set(formPageHeaders(pending.providerOrigin)).set('Set-Cookie', this.cookie.write(nonce));
      response.status(200).send(renderPage(askingPage(pending, { state, browser: hashSecret(nonce) })));
    });
  }

  /** The field that only our page knows to give with this browser's cookie keeps other sites from clicking for a person. */
  @Post('start/:provider')
  async confirm(
    @Param('provider') provider: string,
    @Body() body: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.orErrorPage(response, async () => {
      const { state, browser } = confirmation.parse(body);
      const nonce = this.cookie.read(request.headers.cookie);
      if (nonce === null || !isSecretOf(browser, nonce)) throw notFromThisPage();
      const wish = { provider: providerSchema.parse(provider), state, nonce };
      const { authorizeUrl } = await this.confirmAuthorization.execute(wish);
      response.set(pageHeaders).redirect(303, authorizeUrl);
    });
  }

  @Get('callback/:provider')
  async callback(
    @Param('provider') provider: string,
    @Query() query: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.orErrorPage(response, async () => {
      const { state, code, error } = callbackQuery.parse(query);
      const result = await this.completeAuthorization.execute({
        provider: providerSchema.parse(provider),
        state: state ?? null,
        code: code ?? null,
        error: error ?? null,
        nonce: this.cookie.read(request.headers.cookie),
      });
      const isDone = result.kind === 'connected' || result.kind === 'agency_connected';
      if (isDone && result.returnTo !== null) {
        response.set(pageHeaders).redirect(303, result.returnTo);
        return;
      }
      show(response, shownOf(result));
    });
  }

  private async orErrorPage(response: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const isExpected = isAppError(error) || error instanceof z.ZodError;
      // The address of the request holds a code, so only the error is logged.
      if (!isExpected) this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      const reason = isAppError(error)
        ? error.message
        : 'Something went wrong on our side. Start again from Firmbridge.';
      show(response, {
        status: isAppError(error) ? error.status : isExpected ? 404 : 500,
        page: { title: 'Not connected', text: reason, tone: 'bad', link: null },
      });
    }
  }
}

function askingPage(pending: PendingAuthorization, fields: Readonly<Record<string, string>>): Page {
  const { provider, region, firmName, begunBy } = pending;
  const place = region === 'global' ? providerNames[provider] : `${providerNames[provider]} (${region.toUpperCase()})`;
  return {
    title: `Connect an account of ${place}?`,
    text:
      `The account you sign in to will be connected with ${firmName ?? 'a firm that has no name yet'}. This was begun ` +
      `${beginners[begunBy.kind]}. Go on only if you know who began it.`,
    tone: 'plain',
    link: null,
    form: { fields, label: `Go on to ${providerNames[provider]}` },
  };
}

function notFromThisPage(): AppError {
  const message = 'Your browser did not bring back its cookie. Allow cookies of this page and open the link again.';
  return new AppError('forbidden', 'oauth.no_cookie', message);
}

function shownOf(result: AuthorizationResult): Shown {
  const link = result.returnTo === null ? null : { href: result.returnTo, label: 'Back to Firmbridge' };
  switch (result.kind) {
    case 'connected': {
      const { accountName, provider } = result.connection;
      const connected = `${accountName} (${providerNames[provider]}) is connected. You can close this window.`;
      return { status: 200, page: { title: 'Connected', text: connected, tone: 'good', link } };
    }
    case 'agency_connected': {
      const connected = `${result.agency.accountName} is connected. Choose its locations in Firmbridge.`;
      return { status: 200, page: { title: 'Connected', text: connected, tone: 'good', link } };
    }
    case 'declined': {
      const declined = `You did not allow Firmbridge to use ${providerNames[result.provider]}. Nothing was changed.`;
      return { status: 200, page: { title: 'Not connected', text: declined, tone: 'plain', link } };
    }
    case 'refused':
      return {
        status: result.error.status,
        page: { title: 'Not connected', text: result.error.message, tone: 'bad', link },
      };
  }
}

function show(response: Response, { status, page }: Shown): void {
  response.status(status).set(pageHeaders).send(renderPage(page));
}
