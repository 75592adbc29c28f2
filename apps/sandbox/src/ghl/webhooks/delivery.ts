/** `lost`: never sent, on purpose. `failed`: given up after the last retry. */
export type DeliveryStatus = 'pending' | 'delivered' | 'lost' | 'failed';

export interface DeliveryAttempt {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Sends once. The receiver's status, or null when there was none in time. */
export async function attemptDelivery({ url, body, headers, timeoutMs }: DeliveryAttempt): Promise<number | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}
