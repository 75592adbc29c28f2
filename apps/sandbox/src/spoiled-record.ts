type Json = Record<string, unknown>;

/** The first list in an answer with one record made unreadable; an answer without such a record stays as it is. */
export function spoilRecord(body: Buffer, fault: { index: number; how: 'wrong-type' | 'null-id' }): Buffer {
  const answer = parse(body);
  const records = answer && Object.values(answer).find(Array.isArray);
  const record = records?.[fault.index] as Json | undefined;
  if (!answer || !records || typeof record !== 'object') return body;
  records[fault.index] = fault.how === 'null-id' ? { ...record, id: null } : wrongTypes(record);
  return Buffer.from(JSON.stringify(answer));
}

function parse(body: Buffer): Json | null {
  const text = body.toString('utf8');
  return text.startsWith('{') ? (JSON.parse(text) as Json) : null;
}

/** Keeps what identifies the record; every other value gets another type. */
function wrongTypes(record: Json): Json {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      name === 'id' || name === 'etag' ? value : typeof value === 'number' ? 'not a number' : { unexpected: true },
    ]),
  );
}
