import { mappingMessages, type ChangedRecord } from '@firmbridge/contracts';

/** Splits changed records so that each part fits one command: at most 200 records and 256 KiB. A single larger record travels alone. */
export function splitIntoCommands(
  records: readonly ChangedRecord[],
  limits = mappingMessages.recordPageLimits,
): ChangedRecord[][] {
  const parts: ChangedRecord[][] = [];
  let part: ChangedRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record));
    if (part.length > 0 && (part.length >= limits.records || bytes + size > limits.bytes)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(record);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
