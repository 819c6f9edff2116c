/**
 * Every module with something to run has its test at the same place below test/, and every test outside the folders that
 * test the whole has its module. A test file without a test is as good as none.
 */
import { isNode, isTypeScript, treeOf, type Finding, type Node, type Source } from "./source.ts";

/** Modules that only start something; each is exercised by what is named. */
const exempt: Readonly<Record<string, string>> = {
  "src/main.ts": "hands argv to cli and exits with its code: test/e2e runs the program",
  "src/capture/drain-worker.ts": "a thread's entry point without exports: the tests of its folder start it",
  "src/cli/decode-worker.ts": "a thread's entry point without exports: the tests of src/record start it",
};

const generated = new Set(["ffi/structs.ts"]);
const whole = /^test\/(conformance|e2e|bench|wires|apps|support|regression)\//;

export function mirror(sources: readonly Source[]): Finding[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const findings: Finding[] = [];
  for (const source of sources.filter(isTypeScript)) {
    const says = /^(src\/|ffi\/|scripts\/check\/)/.test(source.path)
      ? judgeModule(source, byPath)
      : judgeTest(source.path, byPath);
    if (says !== undefined) findings.push({ path: source.path, line: 1, says });
  }
  return findings;
}

function judgeModule(source: Source, byPath: ReadonlyMap<string, Source>): string | undefined {
  const { path } = source;
  if (path.endsWith(".d.ts") || generated.has(path) || Object.hasOwn(exempt, path)) return undefined;
  const { exports, effects } = runsAnything(source);
  if (!exports && path.startsWith("src/") && effects)
    return "it runs something, exports nothing and is no known entry point";
  if (!exports) return undefined;
  const wanted = `test/${path.replace(/^src\//, "").replace(/\.ts$/, ".test.ts")}`;
  const test = byPath.get(wanted);
  if (test === undefined) return `it has no mirror ${wanted}`;
  return /\b(\w*[tT]est|it)(\.\w+)*\s*\(/.test(test.text) ? undefined : `its mirror ${wanted} holds no test`;
}

function judgeTest(path: string, byPath: ReadonlyMap<string, Source>): string | undefined {
  if (!path.startsWith("test/") || !path.endsWith(".test.ts") || whole.test(path)) return undefined;
  const bare = path.slice("test/".length).replace(/\.test\.ts$/, ".ts");
  if (byPath.has(`src/${bare}`) || byPath.has(bare)) return undefined;
  return `it mirrors neither src/${bare} nor ${bare}`;
}

function runsAnything(source: Source): { readonly exports: boolean; readonly effects: boolean } {
  const body = (treeOf(source).program["body"] as readonly unknown[]).filter(isNode);
  return { exports: body.some(isRunTimeExport), effects: body.some((node) => node.type === "ExpressionStatement") };
}

function isRunTimeExport(node: Node): boolean {
  if (node.type === "ExportDefaultDeclaration") return isNode(node["declaration"]) && !isTypeOnly(node["declaration"]);
  if (node.type === "ExportAllDeclaration") return node["exportKind"] !== "type";
  if (node.type !== "ExportNamedDeclaration" || node["exportKind"] === "type") return false;
  if (isNode(node["declaration"])) return !isTypeOnly(node["declaration"]);
  return (node["specifiers"] as readonly Node[]).some((specifier) => specifier["exportKind"] !== "type");
}

function isTypeOnly(node: Node): boolean {
  return node.type === "TSInterfaceDeclaration" || node.type === "TSTypeAliasDeclaration" || node["declare"] === true;
}
