/** A thread that decodes with a bug in it: the word it is started with says which. Not a module: `startBroken` starts it. */
import { drivers, fallback, protocols } from "../../src/protocols/index.ts";
import { serveDecoding } from "../../src/record/serve-decoding.ts";
import { brokenRegistries } from "./broken-registries.ts";

declare const self: Worker;

const [kind = ""] = process.argv.slice(2);

switch (kind) {
  case "throws":
    self.addEventListener("message", () => {
      throw new Error("a bug in a thread");
    });
    break;
  case "leaves":
    self.addEventListener("message", () => process.exit(0));
    break;
  case "refuses":
    serveDecoding(self, {
      protocols,
      fallback,
      drivers: drivers.map((driver) => ({
        ...driver,
        title: () => {
          throw new Error("a bug in a title");
        },
      })),
    });
    break;
  default:
    serveDecoding(self, { protocols: brokenRegistries[kind] ?? protocols, fallback, drivers });
}
