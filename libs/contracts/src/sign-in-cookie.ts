/**
 * The cookie that ties a sign-in at a provider to a browser. Who begins one for a browser puts 32 random bytes (base64url) into it,
 * HttpOnly, SameSite=Lax, Path=/, once per browser session, and gives auth their SHA-256; auth's callback, on the same host,
 * wants to see it. Over https its name keeps neighbouring hosts from planting one.
 */
export function signInCookieName(isSecure: boolean): string {
  return isSecure ? '__Host-firmbridge_sign_in' : 'firmbridge_sign_in';
}

/** As long as a sign-in is good. */
export const signInCookieSeconds = 600;

/** What a value of it looks like. */
export const signInNoncePattern = /^[A-Za-z0-9_-]{43}$/;
