/**
 * Shared code never asks which protocol it holds: no protocol is named outside its folder, neither in an identifier nor
 * in a string nor by an import. The names are those of the folders, the kinds those that the folders declare. Comments
 * may name what they like.
 */
import {
  importsOf,
  isNode,
  isTypeScript,
  lineAt,
  nodesOf,
  textOf,
  treeOf,
  type Finding,
  type Source,
} from "./source.ts";

/** Names that are ordinary words as well: only a string that is nothing else names the protocol. */
const ordinary = new Set(["dns", "generic", "http1", "http2"]);

const folder = /^src\/protocols\/([^/]+)\//;

export function protocolNames(sources: readonly Source[]): Finding[] {
  const modules = sources.filter((source) => isTypeScript(source) && /^(src|ffi)\//.test(source.path));
  const names = new Set(modules.flatMap(({ path }) => folder.exec(path)?.[1] ?? []));
  const kinds = kindsOf(modules);
  return modules
    .filter(({ path }) => path !== "src/protocols/index.ts")
    .flatMap((source) => {
      const own = folder.exec(source.path)?.[1];
      const foreign = new Set([...names].filter((name) => name !== own));
      const foreignKinds = new Map([...kinds].filter(([, owner]) => owner !== own));
      return [...imported(source, own), ...named(source, foreign, foreignKinds)];
    });
}

/** Each kind that a protocol's folder declares in a `kinds: [...]`, with the folder's name. */
function kindsOf(modules: readonly Source[]): Map<string, string> {
  const kinds = new Map<string, string>();
  for (const source of modules) {
    const owner = folder.exec(source.path)?.[1];
    if (owner === undefined) continue;
    for (const node of nodesOf(treeOf(source).program)) {
      if (node.type !== "Property" || !isNode(node["key"]) || node["key"]["name"] !== "kinds" || !isNode(node["value"]))
        continue;
      for (const inner of nodesOf(node["value"])) {
        const kind = textOf(inner);
        if (kind !== undefined) kinds.set(kind, owner);
      }
    }
  }
  return kinds;
}

function imported(source: Source, own: string | undefined): Finding[] {
  return importsOf(source).flatMap(({ specifier, line }) => {
    const name = /(?:^|\/)protocols\/([^/]+)\//.exec(specifier)?.[1];
    if (name === undefined || name === own) return [];
    return [{ path: source.path, line, says: `it imports the protocol ${name} past src/protocols/index.ts` }];
  });
}

function named(source: Source, names: ReadonlySet<string>, kinds: ReadonlyMap<string, string>): Finding[] {
  const { program } = treeOf(source);
  const specifiers = new Set(importsOf(source).map(({ specifier }) => specifier));
  const findings: Finding[] = [];
  for (const node of nodesOf(program)) {
    const identifier =
      node.type === "Identifier" || node.type === "PrivateIdentifier" ? String(node["name"]) : undefined;
    const text = node.type === "TemplateElement" ? (node["value"] as { cooked: string }).cooked : literal(node);
    const name = identifier === undefined ? inText(text, names, kinds, specifiers) : inIdentifier(identifier, names);
    if (name === undefined) continue;
    const says = `${identifier ?? JSON.stringify(text)} names ${name} outside src/protocols/${kinds.get(name) ?? name}/`;
    findings.push({ path: source.path, line: lineAt(source.text, node.start), says });
  }
  return findings;
}

function literal(node: { readonly type: string; readonly [field: string]: unknown }): string | undefined {
  return node.type === "Literal" && typeof node["value"] === "string" ? node["value"] : undefined;
}

function inIdentifier(identifier: string, names: ReadonlySet<string>): string | undefined {
  const words = identifier.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z])([A-Z][a-z])/g, "$1 $2");
  const parts = words.toLowerCase().split(/[\s_$#]+/);
  return [...names].find((name) => !ordinary.has(name) && parts.includes(name));
}

function inText(
  text: string | undefined,
  names: ReadonlySet<string>,
  kinds: ReadonlyMap<string, string>,
  specifiers: ReadonlySet<string>,
): string | undefined {
  if (text === undefined || specifiers.has(text)) return undefined;
  if (names.has(text) || kinds.has(text)) return text;
  const parts = text.toLowerCase().split(/[^a-z0-9]+/);
  return [...names].find((name) => !ordinary.has(name) && parts.includes(name));
}
