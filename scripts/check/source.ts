/**
 * What the checks read: files as path and text, and their syntax trees. A check is a pure function from files to
 * findings, so that a test can hand it a bad one. The parser is oxc's, because Bun's own drops type-only imports.
 */
import { parseSync, type Comment } from "oxc-parser";

/** A file of the repository; the path is relative to its root, with slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One broken rule, printed as `path:line: says`. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly says: string;
}

/** A node of the tree; fields other than these differ from type to type. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export type Check = (sources: readonly Source[]) => Finding[];

const trees = new WeakMap<Source, { readonly program: Node; readonly comments: readonly Comment[] }>();

/** The syntax tree and the comments of a TypeScript file; parsed once, however many checks ask. */
export function treeOf(source: Source): { readonly program: Node; readonly comments: readonly Comment[] } {
  const known = trees.get(source);
  if (known !== undefined) return known;
  const { program, comments } = parseSync(source.path, source.text);
  const tree = { program: program as unknown as Node, comments };
  trees.set(source, tree);
  return tree;
}

/** Every node below and including this one, parents first. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* nodesOf(child);
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The line, from 1, on which an offset lies. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

export function isTypeScript(source: Source): boolean {
  return source.path.endsWith(".ts");
}

/** What a module imports, of whatever kind: types, re-exports, `import()`, `import("x").T`, `require`. */
export function importsOf(source: Source): { readonly specifier: string; readonly line: number }[] {
  const found: { specifier: string; line: number }[] = [];
  for (const node of nodesOf(treeOf(source).program)) {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.push({ specifier, line: lineAt(source.text, node.start) });
  }
  return found;
}

const importing = new Set(["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration", "ImportExpression"]);

function specifierOf(node: Node): string | undefined {
  if (importing.has(node.type) || node.type === "TSImportType") return textOf(node["source"]);
  if (node.type === "TSExternalModuleReference") return textOf(node["expression"]);
  const callee = node["callee"];
  if (node.type !== "CallExpression" || !isNode(callee) || callee["name"] !== "require") return undefined;
  return Array.isArray(node["arguments"]) ? textOf(node["arguments"][0]) : undefined;
}

/** The text of a string literal, also of a template without holes. */
export function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Literal") return typeof node["value"] === "string" ? node["value"] : undefined;
  if (node.type !== "TemplateLiteral" || !Array.isArray(node["quasis"]) || node["quasis"].length !== 1)
    return undefined;
  return (node["quasis"][0] as { value: { cooked: string } }).value.cooked;
}
