import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';

const pkcs8Header = '302e020100300506032b657004220420';

/** The sandbox's own Ed25519 key: HighLevel's private one is HighLevel's. The same in every process with the same seed. */
export class SigningKey {
  private readonly key: KeyObject;
  /** As HighLevel publishes its own: base64 of an SPKI document. */
  readonly publicKey: string;

  constructor(secretHex: string) {
    this.key = createPrivateKey({ key: Buffer.from(pkcs8Header + secretHex, 'hex'), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.key).export({ format: 'der', type: 'spki' }).toString('base64');
  }

  /** Over the exact bytes, base64 (section 7.2). */
  sign(body: string): string {
    return sign(null, Buffer.from(body), this.key).toString('base64');
  }
}
