const codeNames = {
  311: 'CONTENT-TOO-LARGE',
  320: 'CONNECTION-FORCED',
  403: 'ACCESS-REFUSED',
  404: 'NOT-FOUND',
  405: 'RESOURCE-LOCKED',
  406: 'PRECONDITION-FAILED',
  503: 'COMMAND-INVALID',
  530: 'NOT-ALLOWED',
  540: 'NOT-IMPLEMENTED',
  541: 'INTERNAL-ERROR',
} as const;

export type ReplyCode = keyof typeof codeNames;

/** Reply codes after which RabbitMQ closes the whole connection, not only the channel. */
const connectionCodes: readonly ReplyCode[] = [320, 503, 530, 540];

/** The broker says no. It never reaches a client as such: channel and connection turn it into what amqplib would raise. */
export class ProtocolRefusal extends Error {
  constructor(
    readonly replyCode: ReplyCode,
    readonly replyText: string,
  ) {
    super(`${replyCode} (${codeNames[replyCode]}) with message "${replyText}"`);
  }

  get endsConnection(): boolean {
    return connectionCodes.includes(this.replyCode);
  }

  /** The error as amqplib words it: `Operation failed: QueueDeclare; 404 (NOT-FOUND) with message "..."`. */
  asClientError(prefix: string): Error & { code: number } {
    return Object.assign(new Error(`${prefix}${this.message}`), { code: this.replyCode });
  }
}

export const noQueue = (name: string) => new ProtocolRefusal(404, `NOT_FOUND - no queue '${name}' in vhost '/'`);

export const noExchange = (name: string) => new ProtocolRefusal(404, `NOT_FOUND - no exchange '${name}' in vhost '/'`);

export const preconditionFailed = (text: string) => new ProtocolRefusal(406, `PRECONDITION_FAILED - ${text}`);

export const accessRefused = (text: string) => new ProtocolRefusal(403, `ACCESS_REFUSED - ${text}`);

export const notImplemented = (text: string) => new ProtocolRefusal(540, `NOT_IMPLEMENTED - ${text}`);

export const lockedQueue = (name: string) =>
  new ProtocolRefusal(
    405,
    `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${name}' in vhost '/'. It could be originally ` +
      'declared on another connection or the exclusive property value does not match that of the original declaration.',
  );
