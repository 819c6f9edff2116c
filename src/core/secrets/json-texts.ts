/** The texts and numbers of a JSON document with the names above them, where they stand in the text. It does not judge the document. */

export interface JsonText {
  /** Names from the outside in, in lower case, without indices. */
  readonly path: readonly string[];
  readonly from: number;
  readonly to: number;
}

const TOKEN = /"((?:[^"\\]|\\.)*)"|[[\]{},:]|[^\s"[\]{},:]+/g;

export function jsonTexts(text: string): readonly JsonText[] {
  const found: JsonText[] = [];
  const names: (string | null)[] = [];
  let name: string | null = null;
  let pending: { readonly text: string; readonly from: number; readonly to: number } | null = null;
  const settle = (): void => {
    if (pending === null) return;
    const path = [...names, name].filter((each) => each !== null);
    found.push({ path, from: pending.from, to: pending.to });
    pending = null;
  };
  for (const match of text.matchAll(TOKEN)) {
    const [token, inner] = match;
    if (token === ":") {
      name = pending === null ? null : (pending as { text: string }).text.toLowerCase();
      pending = null;
      continue;
    }
    settle();
    if (token === "{" || token === "[") {
      names.push(name);
      name = null;
    } else if (token === "}" || token === "]") {
      name = null;
      names.pop();
    } else if (token === ",") {
      name = null;
    } else {
      const from = match.index + (inner === undefined ? 0 : 1);
      pending = { text: inner ?? token, from, to: from + (inner ?? token).length };
    }
  }
  settle();
  return found;
}
