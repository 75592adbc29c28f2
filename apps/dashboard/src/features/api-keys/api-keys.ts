import { createApiKey, listApiKeys, revokeApiKey, type ApiKeyList, type NewApiKey } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export const apiKeys = new RemoteValue<ApiKeyList>(() => answerOf(listApiKeys()), 60_000);

/** The key itself, which is told this once. */
export async function makeKey(wish: NewApiKey): Promise<string> {
  const { apiKey } = await answerOf(createApiKey({ body: wish }));
  await apiKeys.refresh();
  return apiKey;
}

export async function revoke(keyId: string): Promise<void> {
  await answerOf(revokeApiKey({ path: { keyId } }));
  await apiKeys.refresh();
}
