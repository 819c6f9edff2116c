/**
 * The rows of the tree: a folder imports only from lower rows, folders of one row never import each other, only `cli`
 * takes the protocols, and only `capture` and `target` reach the kernel's side. Type-only imports count.
 */
import { posix } from "node:path";
import { importsOf, isTypeScript, type Finding, type Source } from "./source.ts";

const rows: readonly (readonly string[])[] = [
  ["lib"],
  ["core"],
  ["protocols", "proxy", "capture", "target", "store"],
  ["record", "replay", "report"],
  ["cli", "main"],
];

/** The folders that may use what is native: ffi/, `bun:ffi`, and the embedded parts. */
const native = ["capture", "target"];

/** Modules that core and lib, being pure, have no use for. */
const effects = /^(node:)?(fs|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|os|process)(\/|$)|^bun:/;

export function imports(sources: readonly Source[]): Finding[] {
  const modules = sources.filter((source) => isTypeScript(source) && /^(src|ffi)\//.test(source.path));
  return modules.flatMap((source) =>
    importsOf(source).flatMap(({ specifier, line }) => {
      const broken = judge(source.path, specifier);
      return broken === undefined ? [] : [{ path: source.path, line, says: `${specifier}: ${broken}` }];
    }),
  );
}

function judge(path: string, specifier: string): string | undefined {
  const from = folderOf(path);
  if (!specifier.startsWith(".")) return judgePackage(from, specifier);
  const resolved = posix.join(posix.dirname(path), specifier);
  if (resolved.startsWith("dist/native/"))
    return native.includes(from) ? undefined : "only capture and target embed native parts";
  // The version has one place.
  if (path === "src/main.ts" && resolved === "package.json") return undefined;
  if (!/^(src|ffi)\//.test(resolved)) return "the program does not import from outside src/ and ffi/";
  const to = folderOf(resolved);
  if (from === to || (path === "src/main.ts" && to === "cli")) return undefined;
  if (to === "ffi") return native.includes(from) ? undefined : "only capture and target import ffi/";
  if (from === "ffi") return ["core", "lib"].includes(to) ? undefined : `ffi/ does not import ${to}`;
  return judgeRows(from, to);
}

function judgePackage(from: string, specifier: string): string | undefined {
  if (specifier === "bun:ffi")
    return [...native, "ffi"].includes(from) ? undefined : "only capture, target and ffi/ use it";
  if (["core", "lib"].includes(from) && effects.test(specifier)) return `${from} does no input or output`;
  return undefined;
}

function judgeRows(from: string, to: string): string | undefined {
  const [mine, theirs] = [rowOf(from), rowOf(to)];
  if (mine === -1) return `${from} has no place in the rows of scripts/check/imports.ts`;
  if (theirs === -1) return `${to} has no place in the rows of scripts/check/imports.ts`;
  // The list of protocols is the one module that knows them all.
  if (from === "protocols" && to.startsWith("protocols/")) return undefined;
  if (theirs > mine) return `${from} is below ${to} and does not import it`;
  if (theirs === mine) return `${from} and ${to} are in one row and do not import each other`;
  if (to.startsWith("protocols") && from !== "cli" && from !== "main")
    return `only cli imports protocols; ${from} is handed the list`;
  return undefined;
}

function rowOf(folder: string): number {
  const [first = ""] = folder.split("/");
  return rows.findIndex((row) => row.includes(first));
}

/** The unit of the rows: a folder of src/, each protocol for itself, `main` for what lies in src/, or `ffi`. */
function folderOf(path: string): string {
  const parts = path.split("/");
  if (parts[0] === "ffi") return "ffi";
  if (parts.length === 2) return "main";
  if (parts[1] === "protocols" && parts.length > 3) return `protocols/${parts[2]}`;
  return parts[1] ?? "";
}
