/** Injection tokens for what every service is given by value. */
export const CLOCK = Symbol('CLOCK');
export const RANDOM = Symbol('RANDOM');
export const CONFIG = Symbol('CONFIG');
export const SERVICE_NAME = Symbol('SERVICE_NAME');
export const READINESS = Symbol('READINESS');

export type Clock = () => Date;
export type Random = () => number;
