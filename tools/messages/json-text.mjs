const pageWidth = 120;

/**
 * JSON as Prettier leaves it: on one line what fits there, except the outermost value and lists of objects with several fields.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function jsonText(value) {
  return expanded(value, '');
}

function textOf(value, indent, used) {
  const line = onOneLine(value);
  return line !== null && used + line.length <= pageWidth ? line : expanded(value, indent);
}

function expanded(value, indent) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return isList ? '[]' : '{}';
  const lines = entries.map(([name, each]) => {
    const start = inner + (isList ? '' : `${JSON.stringify(name)}: `);
    // The comma behind it counts.
    return start + textOf(each, inner, start.length + 1);
  });
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** null when Prettier breaks it however short it is. */
function onOneLine(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const isLarge = (each) => typeof each === 'object' && each !== null && Object.keys(each).length > 1;
    if (value.length > 1 && value.every(isLarge)) return null;
    const items = value.map(onOneLine);
    return items.includes(null) ? null : `[${items.join(', ')}]`;
  }
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  const texts = fields.map(([name, each]) => [JSON.stringify(name), onOneLine(each)]);
  if (texts.some(([, text]) => text === null)) return null;
  return fields.length === 0 ? '{}' : `{ ${texts.map(([name, text]) => `${name}: ${text}`).join(', ')} }`;
}
