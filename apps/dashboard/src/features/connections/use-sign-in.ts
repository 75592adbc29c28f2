import { beginAuthorization } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { useAction, type Action } from '../../api/use-action.js';
import type { Provider, Region } from './connections.js';

/** Leaves this page for the provider's sign-in, which leads back here. Named, a connection comes back with its own account only. */
export function useSignIn(): Action<[Provider, Region, string | null]> {
  return useAction(async (provider: Provider, region: Region, connectionId: string | null) => {
    const { authorizeUrl } = await answerOf(beginAuthorization({ body: { provider, region, connectionId } }));
    window.location.assign(authorizeUrl);
  });
}
