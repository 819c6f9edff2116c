/** What a reply says that names stand for: the addresses behind the name that was asked, aliases followed. */
import type { Step } from "../../core/protocol.ts";
import { plainName } from "./names.ts";
import type { DnsSpec } from "./spec.ts";
import { tokensOf } from "./tokens.ts";

interface Line {
  readonly owner: string;
  readonly type: string;
  readonly data: string;
}

/** Longer chains of aliases are not followed by resolvers either. */
const maxAliases = 16;

/** A step per name: the one asked, and those whose addresses a server sends along (SRV, MX). */
export const nameSteps = ({ request, response }: DnsSpec): Extract<Step<DnsSpec>, { do: "name" }>[] => {
  const answers = response.answers.map(lineOf);
  const steps = new Map<string, string[]>();
  let owner = request.name;
  for (let hops = 0; hops <= maxAliases; hops++) {
    const found = addressesOf(owner, answers);
    if (found.length > 0) steps.set(request.name, found);
    const alias = answers.find((line) => line.owner === owner && line.type === "CNAME");
    if (found.length > 0 || alias === undefined) break;
    owner = plainName(alias.data);
  }
  const along = response.additional.map(lineOf);
  for (const line of along) {
    const found = addressesOf(line.owner, along);
    if (found.length > 0 && !steps.has(line.owner)) steps.set(line.owner, found);
  }
  return Array.from(steps, ([host, addresses]) => ({ do: "name", host, addresses }));
};

const lineOf = (record: string): Line => {
  const [owner, , , type, data] = tokensOf(record) ?? [];
  return { owner: plainName(owner?.text ?? ""), type: type?.text.toUpperCase() ?? "", data: data?.text ?? "" };
};

const addressesOf = (owner: string, lines: readonly Line[]): string[] =>
  lines.filter((line) => line.owner === owner && (line.type === "A" || line.type === "AAAA")).map((line) => line.data);
