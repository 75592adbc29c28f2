import { signInCookieName, signInCookieSeconds, signInNoncePattern } from '@firmbridge/contracts';

/** The cookie of the browser that may finish a sign-in. See the contract about it. */
export class SignInCookie {
  private readonly name: string;

  constructor(private readonly isSecure: boolean) {
    this.name = signInCookieName(isSecure);
  }

  /** Its value; null when there is none, or one that cannot be ours. */
  read(header: string | undefined): string | null {
    const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
    const value = pairs.find(([name]) => name === this.name)?.[1];
    return value !== undefined && signInNoncePattern.test(value) ? value : null;
  }

  /** Lax, because the way back is a navigation that begins at the provider. */
  write(nonce: string): string {
    const secure = this.isSecure ? '; Secure' : '';
    return `${this.name}=${nonce}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${signInCookieSeconds}${secure}`;
  }
}
