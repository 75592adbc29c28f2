import ts from 'typescript';

/** An SQL statement as the source has it, the constants of its file put in. */
export interface SourceStatement {
  readonly file: string;
  readonly line: number;
  /** The function or constant that it belongs to. */
  readonly owner: string;
  readonly sql: string;
}

type Text = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression;

const isText = (node: ts.Node): node is Text =>
  ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);

const isStatement = /\b(select\b[\s\S]*\bfrom|insert\s+into|update\s+\S+\s+(\w+\s+)*set|delete\s+from)\b/i;
const isDefinition = /^create /i;

/** The statements of one file. A constant that is only a part of others is looked at where it is put in. */
export function statementsIn(file: string, source: string): SourceStatement[] {
  if (!isStatement.test(source)) return [];
  const { tree, nodes } = parsed(file, source);
  const constants = constantsAmong(nodes);
  const parts = partsAmong(nodes, constants);
  return nodes.filter(isText).flatMap((node) => {
    const sql = textOf(node, constants).replace(/\s+/g, ' ').trim();
    if (!isStatement.test(sql) || isDefinition.test(sql) || parts.has(node)) return [];
    return [{ file, line: lineOf(tree, node), owner: nameOf(ownerOf(node)), sql }];
  });
}

const ormQuestion = /\.em\.(find\w*|count|nativeUpdate|nativeDelete|upsert\w*|createQueryBuilder|qb)$/;

/** Questions to the ORM by functions that mention no tenant. */
export function blindOrmQuestions(file: string, source: string): string[] {
  if (!/\.em\s*\./.test(source)) return [];
  const { tree, nodes } = parsed(file, source);
  const questions = nodes.filter((node) => ts.isCallExpression(node) && ormQuestion.test(node.expression.getText()));
  return questions
    .filter((node) => !/\btenantId\b/.test(ownerOf(node)?.getText() ?? ''))
    .map((node) => `${file}:${lineOf(tree, node)}`);
}

function parsed(file: string, source: string) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { tree, nodes };
}

function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

type Owner = ts.FunctionDeclaration | ts.MethodDeclaration | ts.VariableDeclaration;

/** The function or method around the node, else the constant that it is the value of. */
function ownerOf(node: ts.Node): Owner | undefined {
  let constant: Owner | undefined;
  for (let around: ts.Node = node; !ts.isSourceFile(around); around = around.parent) {
    if (ts.isFunctionDeclaration(around) || ts.isMethodDeclaration(around)) return around;
    if (ts.isVariableDeclaration(around)) constant = around;
  }
  return constant;
}

function nameOf(owner: Owner | undefined): string {
  return owner?.name?.getText() ?? '';
}

interface Constant {
  readonly name: string;
  readonly text: Text;
  /** Where the name is known. */
  readonly scope: ts.Node;
}

function constantsAmong(nodes: readonly ts.Node[]): Constant[] {
  return nodes.flatMap((node) => {
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || !node.initializer) return [];
    const scope = scopesOf(node)[0];
    return isText(node.initializer) && scope ? [{ name: node.name.text, text: node.initializer, scope }] : [];
  });
}

function scopesOf(node: ts.Node): ts.Node[] {
  const scopes: ts.Node[] = [];
  for (let around = node.parent; around; around = around.parent) {
    if (ts.isBlock(around) || ts.isSourceFile(around)) scopes.push(around);
  }
  return scopes;
}

function constantOf(node: ts.Node, constants: readonly Constant[]): Text | undefined {
  if (!ts.isIdentifier(node)) return undefined;
  const named = constants.filter(({ name }) => name === node.text);
  if (named.length === 0) return undefined;
  return scopesOf(node)
    .map((scope) => named.find((constant) => constant.scope === scope)?.text)
    .find((text) => text !== undefined);
}

function partsAmong(nodes: readonly ts.Node[], constants: readonly Constant[]): Set<Text> {
  const inserted = new Set<Text>();
  const whole = new Set<Text>();
  for (const node of nodes) {
    const constant = constantOf(node, constants);
    if (constant === undefined || ts.isVariableDeclaration(node.parent)) continue;
    (ts.isTemplateSpan(node.parent) ? inserted : whole).add(constant);
  }
  return new Set([...inserted].filter((constant) => !whole.has(constant)));
}

function textOf(node: Text, constants: readonly Constant[]): string {
  if (!ts.isTemplateExpression(node)) return node.text;
  const spans = node.templateSpans.map(({ expression, literal }) => {
    const constant = constantOf(expression, constants);
    return (constant ? textOf(constant, constants) : `\${${expression.getText()}}`) + literal.text;
  });
  return node.head.text + spans.join('');
}
