import { AppError } from '@firmbridge/contracts';

/** The platform's topic exchange of entity events. */
export function entitiesExchangeOf(namespace: string): string {
  return `${namespace}.entities`;
}

/** The platform's log of the entity events of the last days. */
export function streamOf(namespace: string): string {
  return `${namespace}.entities.stream`;
}

export function deadLettersOf(queue: string): string {
  return `${queue}.dead`;
}

/** Where a message waits so long and then falls back into the queue. */
export function rungOf(queue: string, delayMs: number): string {
  return `${queue}.retry.${delayMs}`;
}

/** Receives the current state before live events are taken up; it exists for so long. */
export function snapshotOf(queue: string): string {
  return `${queue}.snapshot`;
}

/** Exists while one process of a subscriber takes in the current state. */
export function snapshotLockOf(queue: string): string {
  return `${queue}.snapshot.lock`;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** The queues beside it have longer names, and the broker allows 255 bytes. */
const longestName = 180;

/** Throws an AppError for a name that the broker, a replay or the platform's own queues would not go with. */
export function checkQueueName(queue: string, namespace: string): void {
  const wrong = (message: string) => new AppError('validation', 'subscriber.wrong_queue_name', message);
  if (!namePattern.test(queue) || queue.length > longestName) {
    throw wrong(
      `The queue name must consist of letters, digits, dots, dashes and underscores, at most ${longestName}.`,
    );
  }
  if (queue === namespace || queue.startsWith(`${namespace}.`)) {
    throw wrong(`Queue names that begin with ${namespace}. are the platform's own; begin with your service's name.`);
  }
}
