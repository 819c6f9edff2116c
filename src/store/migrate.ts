/**
 * The version of stored documents and the chain that lifts older ones to it.
 *
 * Without a step may change: members may be added that a reader may ignore. Everything else (a member goes, gets another
 * meaning, or is needed) takes a step, which is one entry in `STEPS`.
 */
import { FormatError } from "../core/errors.ts";

/** What documents written today say. */
export const VERSION = 1;
export const versionText = `reprise/v${VERSION}`;

type Envelope = Readonly<Record<string, unknown>>;

/** `STEPS[n]` lifts a document of version n + 1 by one. */
const STEPS: readonly ((document: Envelope) => Envelope)[] = [];

const OURS = /^reprise\/v(\d+)$/;
const KEPLOY = /^api\.keploy\.io\/v1beta[12]$/;

/** The document in today's shape, or as it is where another tool wrote it; `where` is for errors. */
export function migrate(
  document: Envelope,
  where: string,
): { readonly from: "reprise" | "keploy"; readonly document: Envelope } {
  const { version } = document as { readonly version?: unknown };
  if (typeof version !== "string" || version === "") {
    throw new FormatError("format.version", `${where} does not say its version.`, where, {
      hint: `Add \`version: ${versionText}\`.`,
    });
  }
  if (KEPLOY.test(version)) return { from: "keploy", document };
  const number = Number(OURS.exec(version)?.[1] ?? NaN);
  if (Number.isNaN(number) || number < 1) {
    throw new FormatError("format.version", `${where} is of an unknown version, ${version}.`, where, {
      hint: `Known are ${versionText}, api.keploy.io/v1beta1 and api.keploy.io/v1beta2.`,
    });
  }
  if (number > VERSION) {
    throw new FormatError(
      "format.version",
      `${where} was written by a later Reprise (${version}; this one knows ${versionText}).`,
      where,
      {
        hint: "Please update Reprise.",
      },
    );
  }
  let lifted = document;
  for (const step of STEPS.slice(number - 1)) lifted = step(lifted);
  return { from: "reprise", document: lifted };
}
