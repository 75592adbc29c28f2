import { Document, isCollection, isPair, isScalar, visit } from 'yaml';

/** With room for what YAML may need beside the text itself. */
const longestLine = 110;

/**
 * YAML as Prettier leaves it. Lists and maps of plain values stand on one line where they fit.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function yamlText(value) {
  // What YAML 1.1 takes for an instant or a truth value is quoted, for many programs still read that.
  const document = new Document(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(document, {
    Collection(_key, node, ancestors) {
      if (isPlain(node) && startOf(ancestors) + JSON.stringify(node).length <= longestLine) node.flow = true;
    },
  });
  const text = document.toString({ lineWidth: 0, singleQuote: true });
  // Prettier pads maps and does not pad lists; nothing plain begins with a bracket.
  return text.replace(/^( *(?:- )*(?:[\w.$-]+: )?)\[ (.+) \]$/gm, '$1[$2]');
}

function isPlain({ items }) {
  return items.every((item) => isScalar(isPair(item) ? item.value : item));
}

/** The column in which a collection would begin. */
function startOf(ancestors) {
  const parent = ancestors.at(-1);
  const label = isPair(parent) ? String(parent.key).length : 0;
  return 2 * ancestors.filter(isCollection).length + label + 2;
}
