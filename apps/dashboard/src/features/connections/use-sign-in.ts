import { beginAuthorization } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { useAction, type Action } from '../../api/use-action.js';
import type { Provider, Region } from './connections.js';

/** Leaves this page for the provider's sign-in, which leads back here. */
export function useSignIn(): Action<[Provider, Region]> {
  return useAction(async (provider: Provider, region: Region) => {
    const { authorizeUrl } = await answerOf(beginAuthorization({ body: { provider, region } }));
    window.location.assign(authorizeUrl);
  });
}
