import type { MessageContract, OutgoingMessage } from '@firmbridge/contracts';

/** Whether it tells what happened to an entity. */
export function isEntityEvent(contract: MessageContract): boolean;

/** The example of a contract as it would travel; always the same. */
export function exampleMessage(contract: MessageContract): OutgoingMessage;
