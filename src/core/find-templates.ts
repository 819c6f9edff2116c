/**
 * Finds values that a recording's answers hand out and its later requests carry, gives each a name, and says each test
 * again with the name in the value's place. Small numbers count only as ids: handed out by a POST's `id`, and carried as
 * a segment of a path or in a field whose name ends so.
 */
import { renderTemplates, templateOf, type TemplateType } from "./template.ts";
import { isTelling, replaceWords, wordsOf } from "./telling-words.ts";

/** A recorded test as plain data, as its file holds it. */
export interface PlainTest {
  readonly name: string;
  readonly request: unknown;
  readonly response: unknown;
}

/** A value with the name that stands for it. */
export interface Template {
  readonly name: string;
  readonly value: string;
  readonly type: TemplateType;
  /** The test whose answer hands it out. */
  readonly from: string;
  /** Those whose requests carry it. */
  readonly to: readonly string[];
}

interface Candidate {
  readonly label: string;
  readonly value: string;
  readonly type: TemplateType;
  readonly from: string;
  readonly at: number;
  readonly isSmall: boolean;
  readonly to: string[];
}

/** Tests in the order recorded; names in `taken` are not given again. */
export function findTemplates(tests: readonly PlainTest[], taken: ReadonlySet<string>): readonly Template[] {
  const candidates = new Map<string, Candidate>();
  const [asked, askedIds] = [new Set<string>(), new Set<string>()];
  for (const [at, test] of tests.entries()) {
    const request = textsOf(test.request);
    for (const word of new Set(request.flatMap(({ text }) => wordsOf(text)))) {
      const candidate = candidates.get(word) ?? candidates.get(decoded(word));
      if (candidate !== undefined && (!candidate.isSmall || request.some(({ text }) => holdsId(text, word))))
        candidate.to.push(test.name);
      asked.add(word);
    }
    for (const id of request.flatMap(({ text }) => idsIn(text))) askedIds.add(id);
    for (const { label, value, type, isSmall } of handedOut(test)) {
      if ((isSmall ? askedIds : asked).has(value) || candidates.has(value)) continue;
      candidates.set(value, { label, value, type, from: test.name, at, isSmall, to: [] });
    }
  }
  return named([...candidates.values()].filter(({ to }) => to.length > 0), taken); // prettier-ignore
}

/** A text of a test with names in the place of values; `part`: requests carry only what was handed out before. */
export function templated(
  text: string,
  templates: readonly Template[],
  test: { readonly name: string; readonly order: ReadonlyMap<string, number> },
  part: "request" | "response",
): string {
  const here = test.order.get(test.name) ?? 0;
  const known = templates.filter(({ from }) => {
    const at = test.order.get(from) ?? Infinity;
    return part === "request" ? at < here : at <= here;
  });
  const byValue = new Map(known.filter(({ value }) => isTelling(value)).map((each) => [each.value, each]));
  const others = replaceWords(text, (word) => {
    const found = byValue.get(word) ?? byValue.get(decoded(word));
    return found === undefined ? undefined : templateOf(found.type, found.name);
  });
  return known
    .filter(({ value }) => !isTelling(value))
    .reduce((before, { value, type, name }) => {
      const template = templateOf(type, name);
      return before.replace(idField(value), `$1${template}`).replace(idSegment(value), `$1${template}`);
    }, others);
}

const idField = (value: string): RegExp =>
  new RegExp(`("(?:[\\w-]*[iI][dD])"\\s*:\\s*|[?&]\\w*[iI][dD]=)${value}(?![\\w.])`, "g");
const idSegment = (value: string): RegExp => new RegExp(`(^https?://[^/?#]+/(?:[^?#]*/)?)${value}(?=[/?#]|$)`, "g");
/** Numbers that stand where ids stand. */
const idsIn = (text: string): string[] =>
  [idField("(\\d+)"), idSegment("(\\d+)")].flatMap((ids) => [...text.matchAll(ids)].flatMap(([, , id]) => id ?? []));
const holdsId = (text: string, value: string): boolean => idField(value).test(text) || idSegment(value).test(text);

interface HandedOut {
  readonly label: string;
  readonly value: string;
  readonly type: TemplateType;
  readonly isSmall: boolean;
}

/** Whole values by the names of their fields, then telling words within texts. */
function handedOut(test: PlainTest): HandedOut[] {
  const isCreating = (test.request as { readonly method?: unknown } | null)?.method === "POST";
  return textsOf(test.response).flatMap(({ label, text }): HandedOut[] => {
    const leaves = jsonLeaves(text);
    if (leaves === null) {
      return wordsOf(text)
        .filter(isTelling)
        .map((value) => ({ label: cookieOf(text, value) ?? label, value, type: "string", isSmall: false }));
    }
    return leaves.flatMap(({ label: name, value: leaf }): HandedOut[] => {
      const value = String(leaf);
      const type = typeof leaf === "string" ? "string" : Number.isInteger(leaf) ? "int" : "float";
      if (isTelling(value)) return [{ label: name, value, type, isSmall: false }];
      const isId = isCreating && type === "int" && /id$/i.test(name);
      return isId ? [{ label: name, value, type, isSmall: true }] : [];
    });
  });
}

const cookieOf = (text: string, value: string): string | undefined =>
  [...text.matchAll(/([\w-]+)=([^;\s]+)/g)].find(([, , held]) => held === value)?.[1];

/** Every text with the name of its field. */
function textsOf(value: unknown, label = "value"): { readonly label: string; readonly text: string }[] {
  if (typeof value === "string") return [{ label, text: value }];
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [];
  if (Array.isArray(value)) return value.flatMap((item) => textsOf(item, label));
  return Object.entries(value).flatMap(([name, member]) => textsOf(member, name));
}

/** `null` for what is no JSON object or list. */
function jsonLeaves(text: string): { readonly label: string; readonly value: string | number }[] | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return leavesOf(JSON.parse(renderTemplates(text, () => "0")), "value");
  } catch {
    return null;
  }
}

function leavesOf(value: unknown, label: string): { readonly label: string; readonly value: string | number }[] {
  if (typeof value === "string" || typeof value === "number") return [{ label, value }];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, label));
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, name));
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

/** `id`, `id1`, `id2`. */
function named(candidates: readonly Candidate[], taken: ReadonlySet<string>): Template[] {
  const used = new Set(taken);
  return candidates.map(({ label, value, type, from, to }) => {
    const stem = label.replaceAll(/\W+/g, "_").replace(/^(?=\d)/, "_") || "value";
    let name = stem;
    for (let number = 1; used.has(name); number++) name = `${stem}${number}`;
    used.add(name);
    return { name, value, type, from, to };
  });
}
