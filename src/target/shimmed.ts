/**
 * The app with what its event loops need to say for which request they run: a file that it alone sees, and the variable by
 * which Node loads it. What the variable holds already stays. A machine on which nothing can be shown under a name does
 * without.
 */
import nodeShim from "./shims/node.cjs" with { type: "text" };
import type { Placed } from "./placed.ts";
import { systemTrust } from "./trust/system.ts";

/** As much of an app as is added to. */
export interface Shimmable {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly Placed[];
}

/** The same app with the shims. */
export function shimmed<App extends Shimmable>(app: App): App {
  const { home } = systemTrust();
  if (home === null) return app;
  const folder = `${home}/reprise`;
  const placed = new Set(app.files.map((each) => ("folder" in each ? each.folder : "")));
  const folders = [home, folder].filter((each) => !placed.has(each)).map((each) => ({ folder: each }));
  const path = `${folder}/node.cjs`;
  const options = [app.env["NODE_OPTIONS"] ?? "", `--require ${path}`].filter((each) => each !== "").join(" ");
  return {
    ...app,
    env: { ...app.env, NODE_OPTIONS: options },
    files: [...app.files, ...folders, { path, content: nodeShim }],
  };
}
