import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that a test can cut and mend: the server is away then for those who take it, and for nobody else. */
export class WayToDatabase {
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  private isCutNext = false;
  private readonly server = createServer((client) => this.carry(client));

  private constructor(private readonly target: URL) {}

  static async to(url: string): Promise<WayToDatabase> {
    const way = new WayToDatabase(new URL(url));
    way.server.listen(0, '127.0.0.1');
    await once(way.server, 'listening');
    return way;
  }

  /** The server's URL, by this way. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  cut(): void {
    this.isCut = true;
    this.isCutNext = false;
    for (const socket of this.sockets) socket.destroy();
  }

  /** The server is away as soon as somebody says something more to it. */
  cutAtNextWord(): void {
    this.isCutNext = true;
  }

  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private carry(client: Socket): void {
    if (this.isCut) return void client.destroy();
    // Before what it says goes on.
    client.on('data', () => this.isCutNext && this.cut());
    const server = connect(Number(this.target.port || 5432), this.target.hostname);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      one.pipe(other);
      // What breaks on one side breaks on the other.
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }
}
