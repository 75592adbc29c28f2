import { pageClient, whoAmI, type WhoAmI } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue, useRemote } from '../../api/remote-value.js';

export type Permission = WhoAmI['permissions'][number];

/** Who is logged in. Every change this page makes carries the token that comes with it. */
export const session = new RemoteValue<WhoAmI>(async () => {
  const me = await answerOf(whoAmI());
  pageClient.setConfig({ headers: me.csrfToken === null ? {} : { 'X-CSRF-Token': me.csrfToken } });
  return me;
}, 60_000);

export interface May {
  readonly isAllowed: boolean;
  /** For the tooltip of a control that is disabled. */
  readonly reason: string | undefined;
}

const may: May = { isAllowed: true, reason: undefined };

/** Whether whoever is logged in may do something. */
export function useMay(permission: Permission): May {
  const { value } = useRemote(session);
  if (value?.permissions.includes(permission) ?? false) return may;
  return { isAllowed: false, reason: `This needs the permission ${permission}. Ask an administrator of your firm.` };
}

/** Everything that was shown to one person is gone before the next one looks. */
export function startAnew(path = '/'): void {
  window.location.assign(path);
}
