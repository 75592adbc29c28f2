import { AppError } from '@firmbridge/contracts';
import { sqlState, sqlStates, type Database, type Tx } from '@firmbridge/database';
import { randomUUID } from 'node:crypto';
import { normaliseEmail } from '../../domain/people/email.js';
import { requireGoodPassword } from '../../domain/people/password-policy.js';
import { hashSecret } from '../../domain/secrets.js';
import { lockFirm, nameFirm } from '../../persistence/people/firm.repository.js';
import {
  acceptInvitation,
  addPerson,
  countAdministrators,
  noteLogin,
} from '../../persistence/people/person.repository.js';
import type { SessionTiming } from '../../persistence/people/session.repository.js';
import { findOpenSetup, useSetupToken, type OpenSetup } from '../../persistence/people/setup-token.repository.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import { openSession, type OpenedSession } from '../sessions/open-session.js';
import { emailTaken } from './email-taken.js';
import { alreadySetUp, unknownSetup } from './setup-token.js';

export interface SetupAnswers {
  readonly setupToken: string;
  readonly password: string;
  readonly name: string;
  /** Both only from the first administrator. */
  readonly email: string | null;
  readonly firmName: string | null;
}

/** Who comes in: a new administrator, or the person whom the invitation names. */
interface Arrival {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly firmName: string | null;
}

/** Lets somebody in by a setup token, once: the person becomes active with the chosen password and is logged in. */
export class RedeemSetup {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly timing: SessionTiming,
  ) {}

  async execute(answers: SetupAnswers): Promise<OpenedSession> {
    const tokenHash = hashSecret(answers.setupToken);
    const setup = await this.database.acrossTenants((tx) => findOpenSetup(tx, tokenHash));
    if (setup === null) throw unknownSetup();
    const { email, firmName } = whoComes(setup, answers);
    requireGoodPassword(answers.password, email);
    const passwordHash = await this.hasher.hash(answers.password);
    const arrival = { email, firmName, passwordHash, name: answers.name };
    try {
      return await this.database.inTenant(setup.tenantId, async (tx) => {
        await lockFirm(tx, setup.tenantId);
        if (!(await useSetupToken(tx, setup.tenantId, tokenHash))) throw unknownSetup();
        const personId = await this.admit(tx, setup, arrival);
        await noteLogin(tx, { tenantId: setup.tenantId, personId, passwordHash }, null);
        return openSession(tx, { tenantId: setup.tenantId, personId }, this.timing);
      });
    } catch (error) {
      throw sqlState(error) === sqlStates.uniqueViolation ? emailTaken() : error;
    }
  }

  private async admit(tx: Tx, { tenantId, personId }: OpenSetup, arrival: Arrival): Promise<string> {
    const { email, name, passwordHash, firmName } = arrival;
    if (personId !== null) {
      if (!(await acceptInvitation(tx, { tenantId, personId, name, passwordHash }))) throw unknownSetup();
      return personId;
    }
    if ((await countAdministrators(tx, tenantId)) > 0) throw alreadySetUp();
    if (firmName !== null) await nameFirm(tx, tenantId, firmName);
    const newId = randomUUID();
    await addPerson(tx, { tenantId, personId: newId, email, name, roles: ['admin'], passwordHash });
    return newId;
  }
}

function whoComes(setup: OpenSetup, answers: SetupAnswers): { email: string; firmName: string | null } {
  if (setup.kind === 'invitation') {
    if (setup.email === null) throw unknownSetup();
    return { email: setup.email, firmName: null };
  }
  const email = normaliseEmail(answers.email ?? '');
  if (email === null) throw missing('email', 'Give the e-mail address with which you will log in.');
  if (answers.firmName === null) throw missing('firm_name', 'Give the name of the firm.');
  return { email, firmName: answers.firmName };
}

function missing(what: string, sentence: string): AppError {
  return new AppError('validation', `setup.${what}_needed`, sentence);
}
