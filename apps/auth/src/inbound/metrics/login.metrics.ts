import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { PasswordHasher } from '../../application/passwords/password-hasher.js';
import { VerifyPassword } from '../../application/passwords/verify-password.js';

/** What a flood of logins looks like, per replica. */
@Injectable()
export class LoginMetrics {
  constructor(registry: Registry, verify: VerifyPassword, hasher: PasswordHasher) {
    new Counter({
      name: 'firmbridge_passwords_checked_total',
      help: 'Passwords given, by outcome; refused without a look because of too many',
      labelNames: ['outcome'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(verify.stats())) this.inc({ outcome }, count);
      },
    });
    new Gauge({
      name: 'firmbridge_password_hashes_waiting',
      help: 'Passwords that wait to be hashed',
      registers: [registry],
      collect() {
        this.set(hasher.stats().waiting);
      },
    });
  }
}
