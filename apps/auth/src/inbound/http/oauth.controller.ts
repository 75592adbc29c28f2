import { isAppError, providerSchema, type Provider } from '@firmbridge/contracts';
import { Controller, Get, Inject, Logger, Param, Query, Req, Res } from '@nestjs/common';
import { CONFIG } from '@firmbridge/service';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { CompleteAuthorization, type AuthorizationResult } from '../../application/complete-authorization.js';
import { OpenAuthorization } from '../../application/open-authorization.js';
import type { AuthConfig } from '../../config.js';
import { pageHeaders, renderPage, type Page } from './pages.js';

const cookieName = 'firmbridge_sign_in';
const cookieSeconds = 10 * 60;
const text = z.string().min(1).max(4096).nullish().catch(null);
/** A parameter given twice is as good as none. */
const startQuery = z.object({ state: text });
const callbackQuery = z.object({ state: text, code: text, error: text });
const providerNames: Record<Provider, string> = { clio: 'Clio', ghl: 'GoHighLevel' };

interface Shown {
  readonly status: number;
  readonly page: Page;
}

/** The browser's side of a sign-in: on its way to the provider, and back. Everything ends in a page or a redirect. */
@Controller('oauth')
export class OauthController {
  private readonly logger = new Logger(OauthController.name);

  constructor(
    private readonly openAuthorization: OpenAuthorization,
    private readonly completeAuthorization: CompleteAuthorization,
    @Inject(CONFIG) private readonly config: AuthConfig,
  ) {}

  @Get('start/:provider')
  async start(@Param('provider') provider: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    await this.orErrorPage(response, async () => {
      const { state } = startQuery.parse(query);
      const { authorizeUrl, nonce } = await this.openAuthorization.execute(providerSchema.parse(provider), state ?? '');
      const secure = this.config.publicUrl.startsWith('https:') ? '; Secure' : '';
      // Lax, because the way back is a navigation that begins at the provider.
      const cookie = `${cookieName}=${nonce}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${cookieSeconds}${secure}`;
      response.set(pageHeaders).set('Set-Cookie', cookie).redirect(303, authorizeUrl);
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
        nonce: cookieOf(request.headers.cookie),
      });
      if (result.kind === 'connected' && result.returnTo !== null) {
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

function shownOf(result: AuthorizationResult): Shown {
  const link = result.returnTo === null ? null : { href: result.returnTo, label: 'Back to Firmbridge' };
  switch (result.kind) {
    case 'connected': {
      const { accountName, provider } = result.connection;
      const connected = `${accountName} (${providerNames[provider]}) is connected. You can close this window.`;
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

function cookieOf(header: string | undefined): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === cookieName)?.[1] || null;
}
