/** Only `cli` prints and only it and `src/main.ts` end the process: everything else returns what there is to say. */
import { isNode, isTypeScript, lineAt, nodesOf, treeOf, type Finding, type Node, type Source } from "./source.ts";

const ending = new Set(["exit", "exitCode", "abort", "reallyExit"]);
const printing = new Set(["stdout", "stderr"]);

export function console(sources: readonly Source[]): Finding[] {
  const silent = sources.filter(({ path }) => /^(src|ffi)\//.test(path) && !/^src\/(cli\/|main\.ts$)/.test(path));
  return silent.filter(isTypeScript).flatMap((source) =>
    [...nodesOf(treeOf(source).program)].flatMap((node) => {
      const says = judge(node);
      return says === undefined ? [] : [{ path: source.path, line: lineAt(source.text, node.start), says }];
    }),
  );
}

function judge(node: Node): string | undefined {
  if (
    node.type === "ImportDeclaration" &&
    /^(node:)?(console|process)$/.test(String((node["source"] as Node)["value"]))
  ) {
    return "the process and its console are cli's";
  }
  if (node.type !== "MemberExpression" || !isNode(node["object"]) || !isNode(node["property"])) return undefined;
  const object = nameOf(node["object"]);
  const property = String(node["property"]["name"] ?? node["property"]["value"]);
  if (object === "console") return `console.${property}: only src/cli prints`;
  if (object !== "process") return undefined;
  if (ending.has(property)) return `process.${property}: only src/main.ts ends the process`;
  return printing.has(property) ? `process.${property}: only src/cli prints` : undefined;
}

/** `console` and `globalThis.console` alike. */
function nameOf(node: Node): string | undefined {
  if (node.type === "Identifier") return String(node["name"]);
  const isGlobal = isNode(node["object"]) && node["object"]["name"] === "globalThis";
  return node.type === "MemberExpression" && isGlobal && isNode(node["property"])
    ? String(node["property"]["name"])
    : undefined;
}
