import { blockingKeys, type Profile } from './profile.js';

/** The e-mails and phones of a contact that others already have, by the keys under which those are found. */
export function takenReach(profile: Profile, held: ReadonlySet<string>): string[] {
  return [
    ...profile.emails.filter((email) => isHeld({ ...nothing, kind: profile.kind, emails: [email] }, held)),
    ...profile.phones.filter((phone) => isHeld({ ...nothing, kind: profile.kind, phones: [phone] }, held)),
  ];
}

const nothing: Omit<Profile, 'kind'> = {
  given: null,
  surname: null,
  suffix: null,
  dateOfBirth: null,
  company: null,
  emails: [],
  phones: [],
  addresses: [],
};

const isHeld = (profile: Profile, held: ReadonlySet<string>) => blockingKeys(profile).some((key) => held.has(key));
