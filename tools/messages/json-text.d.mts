/** JSON as Prettier leaves it. */
export function jsonText(value: unknown): string;
