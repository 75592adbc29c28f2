import { ModulesContainer, MetadataScanner } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import type { Express, Response } from 'express';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { operatorOf } from '../src/domain/identity.js';
import { AccessGuard } from '../src/inbound/http/access/access.guard.js';
import { declaredAccess } from '../src/inbound/http/access/access.js';
import { rememberCredential } from '../src/inbound/http/caller.js';
import { gateway as definition } from '../src/index.js';
import { openLocalBroker, TestGateway, token, type TestBroker } from './gateway-harness.js';
import { call } from './http.js';

const asBrowser = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-site': 'none' };
const newConnection = { provider: 'clio', region: 'us' };

let broker: TestBroker;
let gateway: TestGateway;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-dashboard-'));
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Firmbridge</title>');
  writeFileSync(path.join(folder, 'assets/index-abc123.js'), 'export {};');
  broker = await openLocalBroker();
  gateway = new TestGateway(broker, {
    DASHBOARD_DIR: folder,
    PUBLIC_URL: 'https://desk.example.com',
    ATTEMPTS_PER_MINUTE: '1000',
  });
  await gateway.start('auth');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
  rmSync(folder, { recursive: true });
});

/** The cookie a browser holds after opening the printed address. */
async function signIn(): Promise<string> {
  const answer = await call(`${gateway.url}/?token=${token}`, { headers: asBrowser });
  expect(answer.status).toBe(303);
  return String(answer.headers['set-cookie']?.[0]?.split(';')[0]);
}

/** That cookie, and the token that our page has found out. */
async function browser(): Promise<{ cookie: string; 'x-csrf-token': string }> {
  const cookie = await signIn();
  const { csrfToken } = (await call(`${gateway.url}/api/v1/session`, { headers: { cookie } })).json();
  return { cookie, 'x-csrf-token': String(csrfToken) };
}

describe('every route', () => {
  const routesSchema = z.array(
    z.object({ route: z.object({ path: z.string(), methods: z.record(z.string(), z.boolean()) }).optional() }),
  );

  function routes(): [string, string][] {
    const express = gateway.app.getHttpAdapter().getInstance() as Express;
    const anyId = '0f9c2f5e-6c1b-4a43-9e0b-1e51c6f7a001';
    return (
      routesSchema
        .parse(express.router.stack)
        // The framework's own middleware stands in the list as a route for everything.
        .flatMap(({ route }) => (route && !route.path.includes('*') ? route : []))
        .flatMap(({ path: route, methods }) =>
          Object.keys(methods).map((method): [string, string] => [method.toUpperCase(), route.replace(/:\w+/g, anyId)]),
        )
    );
  }

  it('says who may use it', () => {
    const controllers = [...gateway.app.get(ModulesContainer).values()].flatMap((module) => [
      ...module.controllers.values(),
    ]);
    const scanner = new MetadataScanner();
    const undeclared = controllers.flatMap(({ metatype, name }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, object>;
      return scanner
        .getAllMethodNames(prototype)
        .map((method) => ({ method, handler: prototype[method]! }))
        .filter(({ handler }) => Reflect.hasMetadata(PATH_METADATA, handler))
        .filter(({ handler }) => {
          const path = `/${String(Reflect.getMetadata(PATH_METADATA, handler))}`;
          return declaredAccess(handler, metatype, path) === null;
        })
        .map(({ method }) => `${String(name)}.${method}`);
    });
    expect(controllers.length).toBeGreaterThan(10);
    expect(undeclared).toEqual([]);
  });

  it('is closed when it does not say so', () => {
    class Careless {
      route(): void {
        // Says nothing.
      }
    }
    const response = {} as Response;
    rememberCredential(response, { by: 'header', secret: '', identity: operatorOf(gateway.tenantId) });
    const known = new ExecutionContextHost([{ path: '/route' }, response], Careless, Careless.prototype.route);
    expect(() => new AccessGuard().canActivate(known)).toThrow('it does not say who may');
  });

  it('is closed without a token, but for the probes and what leads to a session', async () => {
    const open: string[] = [];
    const all = routes();
    expect(all.length).toBeGreaterThan(15);
    for (const [method, route] of all) {
      const { status } = await call(gateway.url + route, { method });
      if (status !== 401) open.push(`${method} ${route} ${status}`);
    }
    expect(open.toSorted()).toEqual([
      'DELETE /api/v1/session 204',
      'GET /livez 200',
      'GET /readyz 200',
      'POST /api/v1/session 400',
      'POST /api/v1/setup 400',
      'POST /api/v1/setup/look 400',
    ]);
  });

  it('is closed to a wrong token', async () => {
    for (const [method, route] of routes()) {
      const answer = await call(gateway.url + route, { method, headers: { authorization: `Bearer ${token}x` } });
      expect([route, answer.status]).toEqual([route, 401]);
    }
  });
});

describe('without a token', () => {
  it('the API answers with a problem that says how to give one', async () => {
    const answer = await call(`${gateway.url}/api/v1/connections`);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(answer.json()).toMatchObject({
      status: 401,
      code: 'request.not_signed_in',
      instance: '/api/v1/connections',
    });
  });

  it('a page loads, also from a provider, and finds out that nobody is logged in', async () => {
    for (const site of ['none', 'cross-site']) {
      const answer = await call(`${gateway.url}/setup`, { headers: { ...asBrowser, 'sec-fetch-site': site } });
      expect([answer.status, answer.text]).toEqual([200, '<!doctype html><title>Firmbridge</title>']);
    }
    expect((await call(`${gateway.url}/api/v1/session`)).status).toBe(401);
  });

  it('a wrong token in the address opens nothing', async () => {
    const answer = await call(`${gateway.url}/?token=${token}x`, { headers: asBrowser });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([401, undefined]);
  });
});

describe('the cookie', () => {
  it('keeps the token out of scripts, other sites and the address bar', async () => {
    const answer = await call(`${gateway.url}/?token=${token}`, { headers: asBrowser });
    expect(answer.headers['location']).toBe('/');
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; .*SameSite=Strict/);
    expect(answer.headers['set-cookie']?.[0]).not.toContain(token);
  });

  it('opens the dashboard and the API', async () => {
    const headers = { ...asBrowser, cookie: await signIn() };
    expect((await call(`${gateway.url}/`, { headers })).text).toContain('<title>Firmbridge</title>');
    expect((await call(`${gateway.url}/api/v1/connections`, { headers })).status).toBe(200);
  });

  it('does not open anything when it is the token itself or cut short', async () => {
    const cookie = await signIn();
    for (const wrong of [cookie.slice(0, -1), `${cookie.split('=')[0]}=${token}`]) {
      const answer = await call(`${gateway.url}/api/v1/connections`, { headers: { cookie: wrong } });
      expect(answer.status).toBe(401);
    }
  });
});

describe('a change asked for with the cookie', () => {
  const post = async (headers: Record<string, string>) =>
    call(`${gateway.url}/api/v1/connections`, {
      method: 'POST',
      body: newConnection,
      headers: { ...(await browser()), ...headers },
    });

  it('is made for our own page', async () => {
    expect((await post({ origin: gateway.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await post({ origin: gateway.url })).status).toBe(200);
    expect((await post({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await post({ origin: 'https://desk.example.com' })).status).toBe(200);
  });

  it.each<Record<string, string>>([
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
    { origin: 'null' },
    { 'sec-fetch-site': 'none' },
    {},
  ])('is refused for %j', async (headers) => {
    const answer = await post(headers);
    expect([answer.status, answer.json()['code']]).toEqual([403, 'request.cross_origin']);
  });

  it('needs the token that only our page can read', async () => {
    const answer = await post({ origin: gateway.url, 'x-csrf-token': '' });
    expect([answer.status, answer.json()['code']]).toEqual([403, 'request.no_csrf_token']);
  });

  it('needs no origin with the token itself', async () => {
    expect((await gateway.post('/api/v1/connections', newConnection)).status).toBe(200);
  });
});

describe('the Host header', () => {
  it.each(['evil.example', '127.0.0.1.nip.io:80', 'firmbridge'])('is refused when it is %s', async (host) => {
    const answer = await gateway.call('/api/v1/connections', { headers: { host, authorization: `Bearer ${token}` } });
    expect([answer.status, answer.json()['code']]).toEqual([421, 'request.foreign_host']);
  });

  it('may be the public name', async () => {
    const headers = { host: 'desk.example.com', authorization: `Bearer ${token}` };
    expect((await gateway.call('/api/v1/connections', { headers })).status).toBe(200);
  });

  it('is checked before the probes', async () => {
    expect((await call(`${gateway.url}/livez`, { headers: { host: 'evil.example' } })).status).toBe(421);
  });
});

describe('answers', () => {
  it('carry security headers and the conversation they belong to', async () => {
    const answer = await gateway.get('/api/v1/connections');
    expect(answer.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'self'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });

  it('take over a correlation id that is a UUID, and no other', async () => {
    const given = '0f9c2f5e-6c1b-4a43-9e0b-1e51c6f7a001';
    const ask = (id: string) =>
      gateway.call('/api/v1/runs/42', { headers: { authorization: `Bearer ${token}`, 'x-correlation-id': id } });
    expect((await ask(given)).json()['correlationId']).toBe(given);
    expect((await ask('42')).json()['correlationId']).not.toBe('42');
  });

  it('refuse a body that is too large or is not JSON', async () => {
    const large = await gateway.post('/api/v1/connections', { ...newConnection, more: 'x'.repeat(256 * 1024) });
    expect([large.status, large.json()['code']]).toEqual([413, 'request.too_large']);
    const broken = await gateway.post('/api/v1/connections', '{');
    expect([broken.status, broken.json()['code']]).toEqual([400, 'request.unreadable']);
  });

  it('are problems for paths that are not there', async () => {
    const answer = await gateway.get('/api/v1/unicorns');
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
  });
});

describe('the dashboard', () => {
  const get = (file: string, accept = 'text/html') =>
    gateway.call(file, { headers: { authorization: `Bearer ${token}`, accept } });

  it('is served with files that stay and a page that is asked for again', async () => {
    const script = await get('/assets/index-abc123.js', '*/*');
    expect([script.status, script.headers['cache-control']]).toEqual([200, 'private, max-age=31536000, immutable']);
    const page = await get('/');
    expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-cache']);
  });

  it('answers page loads of its own routes, and only those', async () => {
    expect((await get('/entities/contact')).text).toContain('<title>Firmbridge</title>');
    expect((await get('/assets/gone.js', '*/*')).status).toBe(404);
    expect((await get('/api/unicorns')).status).toBe(404);
    expect((await get('/../package.json', '*/*')).status).toBe(404);
  });
});

describe('the description', () => {
  it('is served as OpenAPI and as a page without anything from elsewhere', async () => {
    const description = await gateway.get('/api/openapi.json');
    expect(description.json()).toMatchObject({ openapi: '3.1.0', info: { title: 'Firmbridge API' } });
    const page = await gateway.get('/api/docs');
    expect(page.text).not.toMatch(/https?:/);
    for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect([asset, (await gateway.get(String(asset))).status]).toEqual([asset, 200]);
    }
    expect((await gateway.get('/api/docs/package.json')).status).toBe(404);
  });
});

describe('the settings', () => {
  const settings = { STARTUP_TOKEN: token, TENANT_ID: '0f9c2f5e-6c1b-4a43-9e0b-1e51c6f7a001' };
  const problemsOf = (env: Record<string, string>) =>
    definition.config
      .safeParse({ ...settings, ...env })
      .error?.issues.map(({ path, message }) => `${String(path[0])} ${message}`);

  it.each(['0.0.0.0', '::', '192.168.1.4', 'desk.example.com'])('refuse to listen at %s', (HOST) => {
    expect(problemsOf({ HOST })).toEqual([
      'HOST must be 127.0.0.1, ::1 or localhost: until people can log in, nobody outside may reach it',
    ]);
  });

  it('want a token that cannot be guessed', () => {
    expect(problemsOf({ STARTUP_TOKEN: 'short' })).toEqual(['STARTUP_TOKEN must have at least 16 characters']);
    expect(problemsOf({})).toBeUndefined();
  });
});
