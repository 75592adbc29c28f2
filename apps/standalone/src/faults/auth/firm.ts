import { AppError, peopleMessages, roles, type Role } from '@firmbridge/contracts';
import { z } from 'zod';
import { aTenant, type AuthPlace } from './auth-place.js';

const session = z.object({ csrfToken: z.string() });
const invitation = z.object({ setupUrl: z.url() });
const createdKey = z.object({ apiKey: z.string() });

/** Somebody who may ask: a person in a browser, or a program with a key. */
export interface Credential {
  readonly name: string;
  readonly role: Role;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const password = 'harbour kite 94 lamp';
const answerWithinMs = 30_000;

/** A firm with a person and a key of each role, who came in as people do. */
export class Firm {
  readonly tenantId = aTenant();
  readonly people: Credential[] = [];
  readonly keys: Credential[] = [];

  constructor(
    private readonly place: AuthPlace,
    /** Stands in all names that the firm gives. */
    readonly word: string,
  ) {}

  get admin(): Credential {
    const admin = this.people.find(({ role }) => role === 'admin');
    if (admin === undefined) throw new Error('The firm has no administrator yet.');
    return admin;
  }

  keyOf(role: Role): Credential {
    const key = this.keys.find((one) => one.role === role);
    if (key === undefined) throw new Error(`The firm has no key of the role ${role}.`);
    return key;
  }

  async moveIn(): Promise<void> {
    const { setupToken } = await this.place.ask(peopleMessages.createSetupLink, {}, { tenantId: this.tenantId });
    await this.redeem('admin', { setupToken, email: this.emailOf('admin'), firmName: `Firm ${this.word}` });
    for (const role of roles) {
      if (role !== 'admin') {
        const wish = { email: this.emailOf(role), name: this.word, roles: [role] };
        const { setupUrl } = invitation.parse(await this.done('POST', '/api/v1/people', wish));
        await this.redeem(role, { setupToken: new URL(setupUrl).searchParams.get('token') ?? '' });
      }
      const wish = { name: this.word, role, permissions: null, expiresAt: null };
      const { apiKey } = createdKey.parse(await this.done('POST', '/api/v1/api-keys', wish));
      this.keys.push({ name: `key of ${role}`, role, headers: { Authorization: `Bearer ${apiKey}` } });
    }
  }

  emailOf(role: Role): string {
    return `${role}@${this.word}.example`;
  }

  async ask({ headers }: Pick<Credential, 'headers'>, method: string, path: string, body?: unknown): Promise<Answer> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(this.place.settings.addresses.gatewayUrl + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      signal: AbortSignal.timeout(answerWithinMs),
      redirect: 'manual',
      ...json,
    });
    return { status: answer.status, text: await answer.text() };
  }

  /** By the administrator; throws unless it is done. */
  async done(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, text } = await this.ask(this.admin, method, path, body);
    if (status < 300) return text === '' ? null : JSON.parse(text);
    throw new AppError('unavailable', 'faults.refused', `${method} ${path} answered ${status}: ${text.slice(0, 500)}`);
  }

  private async redeem(role: Role, answers: object): Promise<void> {
    const { gatewayUrl } = this.place.settings.addresses;
    const ours = { 'Content-Type': 'application/json', Origin: gatewayUrl };
    const body = JSON.stringify({ password, name: this.word, ...answers });
    const answer = await fetch(`${gatewayUrl}/api/v1/setup`, { method: 'POST', headers: ours, body });
    const Cookie =
      answer.headers
        .getSetCookie()
        .find((cookie) => cookie.includes('session'))
        ?.split(';')[0] ?? '';
    const me = await this.ask({ headers: { Cookie } }, 'GET', '/api/v1/session');
    if (me.status !== 200) {
      const reason = `${role} did not come in: ${answer.status} ${await answer.text()}`;
      throw new AppError('unavailable', 'faults.refused', reason);
    }
    const { csrfToken } = session.parse(JSON.parse(me.text));
    const headers = { Cookie, Origin: gatewayUrl, 'X-CSRF-Token': csrfToken };
    this.people.push({ name: role, role, headers });
  }
}
