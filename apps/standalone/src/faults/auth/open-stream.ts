/** What the gateway tells a page, as text, for as long as it is open. */
export class OpenStream {
  text = '';
  private readonly stop = new AbortController();

  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<OpenStream> {
    const stream = new OpenStream();
    const answer = await fetch(url, { headers, signal: stream.stop.signal });
    if (!answer.ok || answer.body === null) throw new Error(`The stream answered ${answer.status}.`);
    void stream.readOn(answer.body);
    return stream;
  }

  close(): void {
    this.stop.abort();
  }

  private async readOn(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) this.text += decoder.decode(chunk, { stream: true });
    } catch (error) {
      if (!this.stop.signal.aborted) throw error;
    }
  }
}
