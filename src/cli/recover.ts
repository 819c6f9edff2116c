/** At the start of a command: finishes recordings that were cut short, and says so. */
import { release } from "node:os";
import { leftOvers } from "../record/captures.ts";
import { recover } from "../record/recover.ts";
import { surroundingsOf } from "../target/surroundings.ts";
import { findUser } from "../target/user.ts";
import { appOf } from "./app.ts";
import type { Call } from "./call.ts";
import { counted } from "./counted.ts";
import { startDecoder } from "./start-decoder.ts";

/** `root` holds the recordings. A capture that cannot be read is named and left where it is. */
export const recoverCaptures = async (call: Call, root: string): Promise<void> => {
  const { output, caller, world, file } = call;
  for (const leftOver of leftOvers(root)) {
    const user = caller === null ? null : findUser(caller);
    const versions = { reprise: world.version, kernel: release() };
    try {
      const { testSet, tests, mocks } = await recover(leftOver, {
        root,
        user,
        startDecoder,
        versions,
        secretRules: file["secrets"],
        surroundings: surroundingsHere(call),
      });
      if (testSet === null)
        output.warn(`A recording was cut short before anything whole was captured: ${leftOver.testSet}.`);
      else
        output.warn(
          `A recording was cut short; what it had captured is in ${testSet}: ${counted(tests, "test")}, ${counted(mocks, "mock")}.`,
        );
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      output.warn(`${message} It is left where it is.`);
      output.debug(stack ?? message);
    }
  }
};

/** What the app would be told if it were started; most likely what it was told. */
const surroundingsHere = (call: Call): readonly string[] => {
  if (call.settings.command === null) return [];
  const app = appOf(call);
  return surroundingsOf({ ...app, home: app.user?.home ?? app.env["HOME"] ?? null });
};
