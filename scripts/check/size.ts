/** Files of at most 400 lines and functions of at most 80: what is longer holds two things, and the name fits one. */
import { isTypeScript, lineAt, nodesOf, treeOf, type Finding, type Source } from "./source.ts";

const most = { file: 400, function: 80 };
const exempt = /^bpf\/vmlinux\/|^ffi\/structs\.ts$/;
const functions = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

export function size(sources: readonly Source[]): Finding[] {
  return sources
    .filter((source) => !exempt.test(source.path))
    .flatMap((source) => [...tooLong(source), ...longFunctions(source)]);
}

function tooLong({ path, text }: Source): Finding[] {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines > most.file ? [{ path, line: most.file + 1, says: `${lines} lines, and ${most.file} is the most` }] : [];
}

// The callbacks of test suites hold many small functions, which is not what the rule is about.
function longFunctions(source: Source): Finding[] {
  if (!isTypeScript(source) || source.path.startsWith("test/")) return [];
  return [...nodesOf(treeOf(source).program)].flatMap((node) => {
    if (!functions.has(node.type)) return [];
    const line = lineAt(source.text, node.start);
    const lines = lineAt(source.text, node.end) - line + 1;
    const says = `a function of ${lines} lines, and ${most.function} is the most`;
    return lines > most.function ? [{ path: source.path, line, says }] : [];
  });
}
