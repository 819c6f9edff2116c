/** Names of exchanges for files and for people, as Keploy's users know them: `get-users-by-id`. */
import { addressOf, isIdentifier } from "./key.ts";
import type { HttpRequest, HttpSpec } from "./spec.ts";

const SLUG_MOST = 40;

const segmentSlug = (segment: string): string => {
  if (isIdentifier(segment)) return "by-id";
  return segment
    .toLowerCase()
    .replace(/%[0-9a-f]{2}/g, "-")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
};

/** At most 40 characters, cut at a dash where there is one. */
const cutSlug = (slug: string): string => {
  if (slug.length <= SLUG_MOST) return slug;
  const dash = slug.lastIndexOf("-", SLUG_MOST);
  return slug.slice(0, dash > 0 ? dash : SLUG_MOST);
};

/** `get-users-by-id` of `GET /users/7`. */
export const titleOf = (request: HttpRequest): string => {
  const segments = addressOf(request).path.split("/").map(segmentSlug);
  const words = segments.filter((segment) => segment !== "").join("-");
  return cutSlug(`${segmentSlug(request.method)}-${words === "" ? "root" : words}`);
};

/** `GET /users/7 -> 200`. */
export const summaryOf = ({ request, response }: HttpSpec): string => {
  const { path, query } = addressOf(request);
  return `${request.method} ${path}${query === "" ? "" : `?${query}`} -> ${response.status}`;
};
