import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { z } from 'zod';
import { createGhlControlRouter, createGhlRouter, type GhlControl, type GhlOptions } from '../src/ghl/index.js';
import { SandboxClock } from '../src/clock.js';
import { Faults } from '../src/faults.js';
import { Journal } from '../src/journal.js';
import { randomFrom } from '../src/random.js';

export const started = new Date('2026-03-01T12:00:00.000Z');

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Call {
  readonly token?: string | null;
  readonly version?: string | null;
  readonly body?: unknown;
  readonly form?: Record<string, string>;
}

interface Parts {
  readonly control: GhlControl;
  readonly clock: SandboxClock;
  readonly origin: string;
  readonly server: Server;
  readonly journal: Journal;
  readonly resetListeners: readonly (() => void)[];
}

/** The GHL half of the sandbox behind a real socket, with a clock that stands still. */
export class GhlSandboxUnderTest {
  readonly control: GhlControl;
  readonly clock: SandboxClock;
  /** As a client would configure it: everything is below `/ghl`. */
  readonly origin: string;

  private constructor(private readonly parts: Parts) {
    this.control = parts.control;
    this.clock = parts.clock;
    this.origin = parts.origin;
  }

  static async start(options: GhlOptions & { journalFile?: string } = {}): Promise<GhlSandboxUnderTest> {
    const clock = new SandboxClock(() => started);
    const application = express();
    const server = createServer(application);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const publicOrigin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const journal = new Journal(options.journalFile ?? null);
    const resetListeners: (() => void)[] = [];
    const context = {
      seed: 'test',
      matters: 100,
      clock,
      journal,
      faults: new Faults(() => 0.5),
      randomFor: (...keys: (string | number)[]) => randomFrom(['test', ...keys]),
      publicOrigin: () => publicOrigin,
      onReset: (listener: () => void) => void resetListeners.push(listener),
    };
    const { router, control } = createGhlRouter(context, options);
    application.use('/ghl', router);
    application.use('/control/ghl', createGhlControlRouter(control));
    return new GhlSandboxUnderTest({ control, clock, origin: `${publicOrigin}/ghl`, server, journal, resetListeners });
  }

  get locationId(): string {
    return this.control.facts().locations[0]?.id ?? '';
  }

  /** The private token of the first location. */
  get token(): string {
    return this.control.facts().locations[0]?.privateToken ?? '';
  }

  async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const response = await this.fetch(method, path, call);
    const text = await response.text();
    const body: unknown = text.startsWith('{') ? JSON.parse(text) : { text };
    return { status: response.status, headers: response.headers, body: z.record(z.string(), z.unknown()).parse(body) };
  }

  fetch(
    method: string,
    path: string,
    { token = this.token, version = '2021-07-28', body, form }: Call,
  ): Promise<Response> {
    const headers: Record<string, string> = {};
    if (token !== null) headers['authorization'] = `Bearer ${token}`;
    if (version !== null) headers['version'] = version;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const sent = form ? new URLSearchParams(form) : body === undefined ? null : JSON.stringify(body);
    return fetch(this.origin + path, { method, headers, body: sent, redirect: 'manual' });
  }

  /** As the sandbox server does it. */
  reset(): void {
    this.parts.journal.clear();
    for (const listener of this.parts.resetListeners) listener();
  }

  async stop(): Promise<void> {
    this.control.close();
    this.parts.server.closeAllConnections();
    await new Promise((resolve) => this.parts.server.close(resolve));
  }
}

/** Reads into an answer without trusting its shape. */
export function at(body: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    body,
  );
}

export function textAt(body: unknown, ...path: (string | number)[]): string {
  return z.string().parse(at(body, ...path));
}

export function listAt(body: unknown, ...path: (string | number)[]): Record<string, unknown>[] {
  return z.array(z.record(z.string(), z.unknown())).parse(at(body, ...path));
}
