import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { clioApiPath, clioResourceNames, clioResources } from '@firmbridge/clio-api';
import { z } from 'zod';
import { freePort } from '../data-dir.js';
import { untilReady } from '../service-processes.js';

const issuedToken = z.object({ accessToken: z.string() });
const recordList = z.object({ data: z.array(z.object({ id: z.number() })) });

/** The sandbox in a process of its own, so that its work is not counted as ours. */
export class BenchSandbox {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Without a limit it answers as often as it is asked. The firm of so many matters is the first; small ones have three. */
  static async start(
    matters: number,
    {
      limit,
      smallFirms = 0,
    }: { limit?: { requestsPerWindow: number; windowSeconds: number }; smallFirms?: number } = {},
  ): Promise<BenchSandbox> {
    const entry = path.join(path.dirname(createRequire(import.meta.url).resolve('@firmbridge/sandbox')), 'main.js');
    const port = await freePort();
    const flags = [
      '--matters',
      String(matters),
      '--port',
      String(port),
      '--auto-approve',
      '--small-firms',
      String(smallFirms),
      '--requests-per-minute',
      limit ? String(limit.requestsPerWindow) : 'off',
      ...(limit ? ['--rate-window-seconds', String(limit.windowSeconds)] : []),
    ];
    const child = spawn(process.execPath, [entry, ...flags], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const url = `http://127.0.0.1:${port}`;
    await untilReady(`${url}/control/clock`, child);
    return new BenchSandbox(url, child);
  }

  /** What a first sync asks for, to the letter: that is how the sandbox knows the pages it has rendered. */
  firstPages(): string[] {
    return clioResourceNames.map((name) => {
      const { listPath, fields, single, pageSize, order } = clioResources[name];
      const query = [
        `fields=${encodeURIComponent(fields)}`,
        ...(single ? [] : [`limit=${pageSize}`]),
        ...(order === null ? [] : [`order=${encodeURIComponent(order)}`]),
      ];
      return `${listPath}?${query.join('&')}`;
    });
  }

  firstAddresses(): string[] {
    return this.firstPages().map((page) => `${this.url}/clio/us${clioApiPath}${page}`);
  }

  /** Renders all pages now, so that the run measures us. */
  async prerender(): Promise<void> {
    const requests = this.firstPages().filter((page) => !page.startsWith('/users/who_am_i'));
    await this.control('POST', '/clio/prerender', { requests });
  }

  async accessToken(firm = 1): Promise<string> {
    return issuedToken.parse(await this.control('POST', `/clio/tokens?firm=${firm}`, {})).accessToken;
  }

  /** Who connects from now on connects this firm. */
  async letConnect(firm: number): Promise<void> {
    await this.control('PATCH', '/clio/switches', { autoApproveFirm: firm });
  }

  /** Of the firm's first matters. */
  async matterIds(firm = 1): Promise<number[]> {
    return (await this.askClio('/matters.json?fields=id&limit=200', recordList, firm)).data.map(({ id }) => id);
  }

  async describeMatter(id: number, description: string, firm = 1): Promise<void> {
    await this.control('PATCH', `/clio/records/matters/${id}?firm=${firm}`, { description });
  }

  /** As the API answers the firm's application. */
  async askClio<T>(at: string, schema: z.ZodType<T>, firm = 1): Promise<T> {
    const headers = { Authorization: `Bearer ${await this.accessToken(firm)}` };
    const answer = await fetch(`${this.url}/clio/us${clioApiPath}${at}`, { headers });
    return schema.parse(await answer.json());
  }

  async ghlApp(): Promise<{ clientId: string; clientSecret: string }> {
    return (await this.control('GET', '/ghl/facts')) as { clientId: string; clientSecret: string };
  }

  /** Seconds of CPU used so far; null where the system does not tell. */
  cpuSeconds(): number | null {
    const stat = `/proc/${this.child.pid}/stat`;
    if (!existsSync(stat)) return null;
    const fields = readFileSync(stat, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticksPerSecond = 100;
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }

  /** What a person or a test does at the sandbox from behind; null when it answers nothing. */
  async control(method: string, at: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}/control${at}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`The sandbox refused ${method} ${at}: ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? null : (JSON.parse(text) as unknown);
  }
}
