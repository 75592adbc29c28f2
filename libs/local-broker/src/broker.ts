import { messageOf } from '@firmbridge/contracts';
import type { connect, ChannelModel, RecoveringChannelModel, RecoveryOptions } from 'amqplib';
import { LocalConnection } from './connection.js';
import type { QueueFigures } from './destination.js';
import { Journal } from './journal/journal.js';
import { ProtocolRefusal } from './protocol-refusal.js';
import { RecoveringConnection } from './recovering-connection.js';
import { VirtualHost } from './virtual-host.js';

export interface LocalBrokerOptions {
  /** Its user owns the schema. */
  readonly databaseUrl: string;
  /** Default `local_broker`; created when it is not there. */
  readonly schema?: string;
  readonly clock?: () => Date;
  readonly random?: () => number;
  /** Told when the database is away; the broker goes on trying by itself. */
  readonly onProblem?: (error: unknown) => void;
}

export interface LocalBrokerStats {
  readonly connections: number;
  /** Changes not yet on disk. */
  readonly unwritten: number;
  readonly queues: readonly ({ readonly name: string } & QueueFigures)[];
}

interface ConnectOptions {
  readonly recovery?: RecoveryOptions | boolean;
}

/**
 * RabbitMQ's behaviour inside the process, in amqplib's shape. Durable queues are journalled to PostgreSQL: a confirm means the
 * message is on disk, and nothing that was confirmed and not acknowledged is lost, whatever kills the process.
 */
export class LocalBroker {
  private readonly connections = new Set<LocalConnection>();
  private isClosed = false;

  private constructor(
    private readonly journal: Journal,
    private readonly host: VirtualHost,
    private readonly random: () => number,
  ) {}

  /** Rejects with an AppError when another process has this schema open. */
  static async open(options: LocalBrokerOptions): Promise<LocalBroker> {
    const { schema = 'local_broker', clock = () => new Date(), random = Math.random } = options;
    const opened: { broker?: LocalBroker } = {};
    const journal = await Journal.open({
      databaseUrl: options.databaseUrl,
      schema,
      onProblem: options.onProblem ?? (() => undefined),
      onLost: (error) => opened.broker?.lose(error),
    });
    try {
      const host = new VirtualHost(journal, () => clock().getTime());
      host.topology.restore(await journal.restore());
      opened.broker = new LocalBroker(journal, host, random);
      return opened.broker;
    } catch (error) {
      await journal.close();
      throw error;
    }
  }

  /** amqplib's `connect`; the address is not looked at. */
  readonly connect = ((_url: unknown, options: ConnectOptions = {}): Promise<ChannelModel | RecoveringChannelModel> => {
    const { recovery } = options;
    if (!recovery) return this.dial();
    const own = recovery === true ? {} : recovery;
    const recovering = new RecoveringConnection({
      dial: () => this.dial(),
      recovery: own,
      canComeBack: () => !this.isClosed,
      random: this.random,
    });
    return own.waitForConnect === false ? Promise.resolve(recovering) : recovering.waitForConnect();
    // the overloads of amqplib cannot be written as one arrow function
  }) as typeof connect;

  stats(): LocalBrokerStats {
    const queues = this.host.topology.allQueues.map(({ definition, figures }) => ({
      name: definition.name,
      ...figures,
    }));
    return { connections: this.connections.size, unwritten: this.journal.waiting, queues };
  }

  /** Closes every connection, writes what waits and lets go of the schema. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.endConnections("CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'", 320);
    this.host.close();
    await this.journal.close();
  }

  private async dial(): Promise<LocalConnection> {
    if (this.isClosed) throw new Error('The local broker is closed.');
    const connection = new LocalConnection(this.host, (closed) => this.connections.delete(closed));
    this.connections.add(connection);
    return connection;
  }

  private lose(error: unknown): void {
    if (this.isClosed) return;
    this.isClosed = true;
    void this.endConnections(`INTERNAL_ERROR - ${messageOf(error)}`, 541).then(() => this.host.close());
  }

  private async endConnections(reason: string, code: 320 | 541): Promise<void> {
    const ended = [...this.connections].map((connection) => {
      const closed = new Promise((resolve) => connection.once('close', resolve));
      connection.refuse(new ProtocolRefusal(code, reason));
      return closed;
    });
    await Promise.all(ended);
  }
}
