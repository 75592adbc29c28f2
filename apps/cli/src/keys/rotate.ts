import { rotateKeys as rotate, type RotationProgress } from '@firmbridge/api-client';
import { CommandFailure } from '../failures.js';
import { answerOf } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import { count, countOf, printable } from '../output/text.js';
import type { Session } from '../session.js';

export interface RotateOptions {
  readonly status?: boolean;
  readonly json?: boolean;
}

/** The services that seal something. */
const services = ['auth'] as const;
type Service = (typeof services)[number];

/** Small enough that the progress moves, large enough that it is soon over. */
const stepLimit = 1_000;
const barLength = 24;

interface Rotated {
  readonly service: Service;
  readonly currentKeyId: string;
  readonly rewrapped: number;
  readonly left: number;
}

/** Step after step until nothing is left. Broken off anywhere, the next one goes on. */
export async function rotateKeys(session: Session, { status = false, json }: RotateOptions): Promise<void> {
  const all: Rotated[] = [];
  for (const service of services) all.push(status ? await standing(session, service) : await rotated(session, service));
  if (json) return session.terminal.print(asJson(all));
  for (const one of all) session.terminal.print(status ? standingOf(one) : outcomeOf(one));
}

async function standing(session: Session, service: Service): Promise<Rotated> {
  return { service, ...(await step(session, service, null)) };
}

async function rotated(session: Session, service: Service): Promise<Rotated> {
  const { terminal, signal } = session;
  const first = await standing(session, service);
  let { left } = first;
  let rewrapped = 0;
  try {
    while (left > 0) {
      if (signal.aborted) throw brokenOff(service, left);
      const done = await step(session, service, first.currentKeyId);
      if (done.rewrapped === 0 && done.left >= left) throw stuck(service, done.left);
      rewrapped += done.rewrapped;
      left = done.left;
      if (terminal.canRedraw) terminal.redraw(progressLine(service, rewrapped, left));
      else if (left > 0) terminal.tell(progressLine(service, rewrapped, left));
    }
  } catch (error) {
    throw signal.aborted ? brokenOff(service, left) : error;
  } finally {
    if (terminal.canRedraw) terminal.redraw('');
  }
  return { ...first, rewrapped, left };
}

function step({ client }: Session, service: Service, keyId: string | null): Promise<RotationProgress> {
  return answerOf(rotate({ client, path: { service }, body: { keyId, limit: stepLimit } }));
}

function progressLine(service: Service, rewrapped: number, left: number): string {
  const total = rewrapped + left;
  const share = total === 0 ? 1 : rewrapped / total;
  const full = Math.round(share * barLength);
  const bar = '━'.repeat(full) + '─'.repeat(barLength - full);
  return `${service} ${bar} ${count(rewrapped)} of ${countOf(total, 'data key')} (${Math.floor(share * 100)} %)`;
}

function standingOf({ service, currentKeyId, left }: Rotated): string {
  const key = `The current key of ${service} is "${printable(currentKeyId)}"`;
  if (left === 0) return `${key}; every data key is wrapped with it. Older keys can leave VAULT_KEYS.`;
  return `${key}; ${countOf(left, 'data key')} still need an older one. firmbridge keys rotate wraps them anew.`;
}

function outcomeOf({ service, currentKeyId, rewrapped }: Rotated): string {
  const done = rewrapped === 0 ? 'nothing was left to do' : `${countOf(rewrapped, 'data key')} wrapped anew`;
  return `${service}: ${done}; all are wrapped with "${printable(currentKeyId)}". Older keys can leave VAULT_KEYS.`;
}

function stuck(service: Service, left: number): CommandFailure {
  const message =
    `${countOf(left, 'data key')} of ${service} could not be wrapped anew.\n` +
    'The keys that they are wrapped with must stand in VAULT_KEYS behind the current one; see the log of the service.';
  return new CommandFailure(message, { code: 'rotation.stuck', left });
}

function brokenOff(service: Service, left: number): CommandFailure {
  const message = `Broken off; ${countOf(left, 'data key')} of ${service} are left. The same command goes on.`;
  return new CommandFailure(message, { code: 'stopped', left });
}
