import { ghlOAuthPaths, ghlUserTypes, type GhlUserType } from '@firmbridge/ghl-api';
import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import type { GhlWorld } from '../world.js';
import { consentPage, problemPage } from './consent-page.js';

const paths = [ghlOAuthPaths.chooseLocation, '/oauth/chooselocation'];

const linkSchema = z.object({
  response_type: z.literal('code'),
  client_id: z.string().min(1),
  redirect_uri: z.url(),
  scope: z.string().optional(),
  state: z.string().optional(),
  version_id: z.string().optional(),
});
type Link = z.output<typeof linkSchema>;

const choiceSchema = z.object({ account: z.string().min(1) });

export interface Owner {
  readonly authClass: GhlUserType;
  readonly authClassId: string;
}

/**
 * The page on which a person chooses a location or the agency and allows the app (section 1.1). Allowing installs the app,
 * raises INSTALL and leads back with a code.
 */
export function mountConsent(router: Router, world: GhlWorld): void {
  router.get(paths, (request: Request, response: Response) => {
    const link = checkedLink(world, request.query);
    if (typeof link === 'string') return problem(response, link);
    const owner = automaticOwner(world);
    if (owner) return response.redirect(302, allowed(world, link, owner));
    response.type('html').send(consentPage(world, scopesOf(world, link)));
  });
  router.post(paths, (request: Request, response: Response) => {
    const link = checkedLink(world, request.query);
    if (typeof link === 'string') return problem(response, link);
    const choice = choiceSchema.safeParse(request.body);
    const owner = choice.success ? ownerNamed(world, choice.data.account) : undefined;
    if (!owner) return problem(response, 'Please choose an account.');
    response.redirect(302, allowed(world, link, owner));
  });
}

function problem(response: Response, sentence: string): void {
  response.status(400).type('html').send(problemPage(sentence));
}

/** The link's parameters, or why it does not work. */
function checkedLink(world: GhlWorld, query: unknown): Link | string {
  const parsed = linkSchema.safeParse(query);
  if (!parsed.success) return `The link lacks ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}.`;
  const link = parsed.data;
  if (link.client_id !== world.app.clientId) return 'error.appNotFound';
  if (world.switches.now.versionIdRequired && !link.version_id) return 'error.noversionid';
  if (!isAllowedRedirect(new URL(link.redirect_uri), world.switches.now.allowHttpLoopback)) {
    return 'The redirect address must be https.';
  }
  const unknown = scopesOf(world, link).filter((scope) => !world.app.scopes.includes(scope));
  return unknown.length > 0 ? `Invalid scope: ${unknown.join(', ')}` : link;
}

function isAllowedRedirect(url: URL, allowsLoopback: boolean): boolean {
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (allowsLoopback && url.protocol === 'http:' && isLoopback);
}

function scopesOf(world: GhlWorld, { scope }: Link): readonly string[] {
  const named = (scope ?? '').split(/\s+/).filter((part) => part !== '');
  return named.length > 0 ? named : world.app.scopes;
}

function automaticOwner(world: GhlWorld): Owner | undefined {
  const { autoApprove } = world.switches.now;
  if (autoApprove === 'off') return undefined;
  return ownerNamed(world, autoApprove === 'agency' ? world.companyId : (world.store.locations.all()[0]?.id ?? ''));
}

function ownerNamed(world: GhlWorld, id: string): Owner | undefined {
  const [company, location] = ghlUserTypes;
  if (id === world.companyId) return { authClass: company, authClassId: id };
  return world.store.locations.get(id) && { authClass: location, authClassId: id };
}

/** Installs the app there and gives the address to return to. */
function allowed(world: GhlWorld, link: Link, owner: Owner): string {
  const scopes = [...scopesOf(world, link)];
  const { code, grant } = world.tokens.open(owner, scopes, link.redirect_uri);
  world.install(owner, { scopes, userId: grant.userId });
  const url = new URL(link.redirect_uri);
  url.searchParams.set('code', code);
  if (link.state !== undefined && world.switches.now.returnsState) url.searchParams.set('state', link.state);
  return url.href;
}
