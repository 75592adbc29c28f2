/** Mailboxes of a role and not of a person. */
const roles = new Set(
  (
    'info office admin administration contact contacts hello mail email sales support billing accounts accounting ' +
    'accountspayable reception frontdesk desk team enquiries inquiries help helpdesk service services noreply no-reply ' +
    'legal intake hr jobs careers marketing webmaster postmaster orders bookings appointments clients firm home family'
  ).split(' '),
);
const publicDomains = new Set(
  (
    'gmail.com googlemail.com yahoo.com outlook.com hotmail.com live.com msn.com aol.com icloud.com me.com comcast.net ' +
    'att.net verizon.net sbcglobal.net proton.me protonmail.com gmx.com mail.com ymail.com'
  ).split(' '),
);

/** As it is compared: without blanks around it, in small letters; null where it cannot be an address. */
export function mailbox(address: string): string | null {
  const plain = address.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(plain) ? plain : null;
}

/** Without the dots and the tag that some providers ignore: good for finding candidates, no proof of identity. */
export function bareMailbox(address: string): string {
  const [local = '', domain = ''] = address.split('@');
  return `${(local.split('+', 1)[0] ?? '').replaceAll('.', '')}@${domain}`;
}

export function isRoleMailbox(address: string): boolean {
  return roles.has(address.split('@', 1)[0]?.split('+', 1)[0] ?? '');
}

/** The domain where it belongs to one organisation. */
export function ownDomain(address: string): string | null {
  const domain = address.split('@')[1] ?? '';
  return domain === '' || publicDomains.has(domain) ? null : domain;
}
