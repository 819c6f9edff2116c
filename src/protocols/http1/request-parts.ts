/** A URL as a request line and a Host field need it. */

/** Where a request goes. */
export interface RequestParts {
  readonly target: string;
  /** Scheme and authority; empty if the URL is only a path. */
  readonly origin: string;
  readonly authority: string;
}

// Only what would break the request line; anything else goes out as it stands in the file.
const legal = (target: string): string => target.replace(/[\u0000-\u0020\u007f]/g, (char) => encodeURIComponent(char));

/** The target and origin that a URL in a file stands for. */
export const requestParts = (method: string, url: string): RequestParts => {
  const match = /^([a-z][a-z0-9+.-]*:\/\/([^/?#*]*))(.*)$/is.exec(url);
  const [, origin = "", authority = "", rest = url] = match ?? [];
  if (method === "CONNECT") return { target: authority === "" ? rest : authority, origin, authority };
  if (rest.startsWith("?") || rest === "") return { target: legal(`/${rest}`), origin, authority };
  return { target: legal(rest), origin, authority };
};
