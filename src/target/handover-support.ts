/**
 * Whether connections can leave the proxy on this machine (handover.ts), found out by what it needs: for `reprise doctor`.
 * Without it they stay, and outlive us all the same. Changes nothing.
 */
import { createCgroup } from "./cgroup.ts";
import { LineProgram } from "./line-program.ts";

/** What stands in the way, each with the line that mends it; both are empty where nothing does. */
export interface HandoverSupport {
  readonly lacks: string;
  readonly mend: string;
}

/** Has the launcher try. */
export async function handoverSupport(): Promise<HandoverSupport> {
  const cgroup = createCgroup();
  try {
    const program = new LineProgram(["--try-handover", "3"], [cgroup.fd]);
    const lacking = new Set(await program.line());
    await program.exited;
    if (lacking.has("repair"))
      return {
        lacks:
          "the kernel does not let a connection be moved (TCP_REPAIR): those that are clear text stay in the proxy",
        mend: "Give Reprise CAP_NET_ADMIN; in a container: --cap-add NET_ADMIN",
      };
    if (lacking.has("freeze"))
      return {
        lacks: "the app cannot be frozen for a moment: connections that are clear text stay in the proxy",
        mend: "The app's cgroup needs cgroup.freeze (Linux 5.2 or later, cgroup v2).",
      };
    return { lacks: "", mend: "" };
  } finally {
    cgroup.remove();
  }
}
