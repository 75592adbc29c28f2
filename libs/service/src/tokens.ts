/** Injection tokens for what every service is given by value. */
export const CLOCK = Symbol('CLOCK');
export const RANDOM = Symbol('RANDOM');
export const CONFIG = Symbol('CONFIG');
/** The service's own pino logger. nestjs-pino's PinoLogger is one per process and would speak in another service's name. */
export const LOGGER = Symbol('LOGGER');
export const SERVICE_NAME = Symbol('SERVICE_NAME');
export const READINESS = Symbol('READINESS');

export type Clock = () => Date;
export type Random = () => number;
