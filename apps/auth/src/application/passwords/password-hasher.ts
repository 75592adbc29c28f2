import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { formatPasswordHash, isOutdated, parsePasswordHash, type HashCost } from '../../domain/people/password-hash.js';
import { normalisePassword } from '../../domain/people/password-policy.js';
import { BoundedWork, type WorkLimits } from './bounded-work.js';

const derive = promisify(argon2);
const saltBytes = 16;
const tagBytes = 32;

/** Hashes and verifies passwords with argon2id, beside the event loop and little at once: each takes a core and megabytes. */
export class PasswordHasher {
  private readonly work: BoundedWork;
  private readonly decoy: string;
  private readonly counts = { hashed: 0, verified: 0 };

  constructor(
    private readonly cost: HashCost,
    limits: WorkLimits,
  ) {
    this.work = new BoundedWork(limits);
    this.decoy = formatPasswordHash({ cost, salt: randomBytes(saltBytes), tag: randomBytes(tagBytes) });
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const tag = await this.derive(password, salt, this.cost);
    this.counts.hashed += 1;
    return formatPasswordHash({ cost: this.cost, salt, tag });
  }

  /** Whether it is the password of the hash. Null, for somebody who is unknown, costs the same and is false. */
  async verify(password: string, stored: string | null): Promise<boolean> {
    const { cost, salt, tag } = parsePasswordHash(stored ?? this.decoy);
    const derived = await this.derive(password, salt, cost);
    this.counts.verified += 1;
    return derived.length === tag.length && timingSafeEqual(derived, tag) && stored !== null;
  }

  /** Whether more work should be put into the same password at the next occasion. */
  isOutdated(stored: string): boolean {
    return isOutdated(parsePasswordHash(stored), this.cost);
  }

  stats() {
    return { ...this.counts, ...this.work.stats() };
  }

  private derive(password: string, nonce: Buffer, { memory, passes, parallelism }: HashCost): Promise<Buffer> {
    const message = normalisePassword(password);
    return this.work.run(() =>
      derive('argon2id', { message, nonce, memory, passes, parallelism, tagLength: tagBytes }),
    );
  }
}
