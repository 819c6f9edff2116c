/** Paths that match a pattern, in which `*` stands for any part of one name; unreadable directories hold nothing. */
import { existsSync, readdirSync } from "node:fs";

const MOST = 512;

export function matching(pattern: string): string[] {
  let found = [""];
  for (const part of pattern.split("/").slice(1)) {
    if (part === "") continue;
    if (part.includes("*")) {
      const name = new RegExp(`^${part.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
      found = found.flatMap((folder) =>
        namesIn(folder).flatMap((each) => (name.test(each) ? [`${folder}/${each}`] : [])),
      );
    } else found = found.map((folder) => `${folder}/${part}`);
    found = found.slice(0, MOST);
  }
  return found.filter((path) => existsSync(path));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder === "" ? "/" : folder).sort();
  } catch {
    return [];
  }
}
