/**
 * A field whose value the provider would not show to the connected user (`redacted: true`). It says nothing about the value: the
 * entity keeps what it knew, and only an entity seen for the first time takes `whenUnknown`.
 */
export class Hidden<Value = unknown> {
  constructor(readonly whenUnknown: Value) {}
}
