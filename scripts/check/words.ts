/**
 * File names that say nothing, and words in comments that tell the history of the code instead of its reason. Code in a
 * comment (between backticks, or indented by four) is left alone.
 */
import { isTypeScript, lineAt, treeOf, type Finding, type Source } from "./source.ts";

const emptyNames =
  /(?:^|[-.])(util|utils|helper|helpers|common|misc|v2|new|legacy|(?:manager|service)(?!-))(?:[-.]|$)/i;
const history = /(?<![.\w`/-])(now|new|old|previously|legacy|phase|wave|(?<!cgroup[^\n]*)v2|todo|fixme)(?![\w`-])/gi;
const tickets = /(?<![\w&`/])#\d+\b|\b(issue|ticket|pull request|PR)s? ?#?\d+\b/g;
const exempt = /^bpf\/vmlinux\/|^ffi\/structs\.ts$|^test\/apps\//;

export function words(sources: readonly Source[]): Finding[] {
  return sources
    .filter(({ path }) => !exempt.test(path))
    .flatMap((source) => [...badName(source), ...badWords(source)]);
}

function badName({ path }: Source): Finding[] {
  return path.split("/").flatMap((part) => {
    const word = emptyNames.exec(part)?.[1];
    return word === undefined ? [] : [{ path, line: 1, says: `the name ${part} says "${word}", not what it holds` }];
  });
}

function badWords(source: Source): Finding[] {
  return commentsOf(source).flatMap(({ text, start }) => {
    const prose = withoutCode(text);
    return [...prose.matchAll(history), ...prose.matchAll(tickets)].map((match) => ({
      path: source.path,
      line: lineAt(source.text, start + match.index),
      says: `"${match[0]}" in a comment: say why it is so, in the present; git keeps the history`,
    }));
  });
}

/** Code is blanked, not cut, so that offsets stay right. */
function withoutCode(text: string): string {
  const blank = (found: string): string => found.replace(/[^\n]/g, " ");
  return text.replace(/`[^`\n]*`/g, blank).replace(/^[ \t]*(\*|\/\/|#) {4,}.*$/gm, blank);
}

function commentsOf(source: Source): { readonly text: string; readonly start: number }[] {
  if (isTypeScript(source)) {
    return treeOf(source).comments.map(({ start, end }) => ({ text: source.text.slice(start, end), start }));
  }
  // A quoted // or /* is rare enough in C and in scripts to be worth a look when it is found.
  const pattern = /\.[ch]$/.test(source.path) ? /\/\*[\s\S]*?\*\/|\/\/.*/g : /^[ \t]*#(?!!).*/gm;
  return [...source.text.matchAll(pattern)].map((match) => ({ text: match[0], start: match.index }));
}
