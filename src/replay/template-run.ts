/**
 * What stands for the names of templates in one run: first what the set's config.yaml gives, and from the answer that
 * first has a name on, what the app has said there.
 */
import type { Difference } from "../core/diff.ts";
import { withoutJsonTexts } from "../core/embedded-json.ts";
import { inFull } from "../core/enclosing.ts";
import type { Driver } from "../core/protocol.ts";
import { markOf, readMarked, type TemplateType } from "../core/template.ts";
import type { TestEntry } from "../store/test-set-reader.ts";

export class TemplateRun {
  readonly #names: readonly string[];
  /** By name, what the app has said. */
  readonly #said = new Map<string, string>();

  /** `template`: the names with their recorded values. */
  constructor(template: Readonly<Record<string, string>> = {}) {
    this.#names = Object.keys(template);
  }

  /** What is to stand for a name; `undefined` where the recorded value still holds. */
  readonly valueOf = (name: string, _type: TemplateType): string | undefined => this.#said.get(name);

  /** Takes over what the answer says for names that no answer had before; gives the differences that are left. */
  answered(driver: Driver, entry: TestEntry, spec: unknown, differences: readonly Difference[]): readonly Difference[] {
    if (this.#names.length === 0) return differences;
    const places = new Map(
      withoutJsonTexts(driver.compare(spec, entry.load(markOf(this.#names)).spec)).map((each) => [
        each.path,
        inFull(each),
      ]),
    );
    const isFresh = new Set(this.#names.filter((name) => !this.#said.has(name)));
    const left = withoutJsonTexts(differences).filter((difference) => {
      const place = places.get(difference.path);
      const said = place === undefined ? null : saidAt(place, inFull(difference), this.#names);
      if (said === null || ![...said.keys()].every((name) => isFresh.has(name))) return true;
      for (const [name, value] of said) this.#said.set(name, value);
      return false;
    });
    for (const { actual, expected } of places.values()) {
      // What was said as recorded is known from here on, too.
      const said = readMarked(String(actual), String(expected), this.#names);
      for (const [name, value] of said ?? []) if (!this.#said.has(name)) this.#said.set(name, value);
    }
    return left;
  }
}

/** By name, what an answer says at a place; `null` where it is not what the place allows. */
function saidAt(place: Difference, { change, expected, actual }: Difference, names: readonly string[]) {
  const isSameKind = change === "changed" && typeof expected === typeof actual;
  return isSameKind ? readMarked(String(place.actual), String(actual), names) : null;
}
