/**
 * The app as the upstream of its own clients: TLS to where it listens, in the client's terms, and its own certificate for
 * the answer. Nothing is verified but that the app shows the certificate that was given; where it shows another, wants one
 * of its client, or takes no TLS in these terms, the client is left to it.
 */
import type { Line } from "./line.ts";
import { watchCertificateRequest } from "./certificate-request.ts";
import type { ServiceCertificate } from "./service-certificate.ts";
import { groupsFor } from "./tls/contexts.ts";
import { connectTls } from "./tls/tls-line.ts";
import type { Upstream, UpstreamRequest, Upstreams } from "./tls/upstream.ts";

/** Our end of a handshake is out when its end is known, but for what still lies in a buffer. */
const flightMs = 2000;

/** The app's own certificate may be anybody's. */
const nobody: readonly string[] = [];

export interface AppUpstreamOptions {
  readonly certificate: ServiceCertificate;
  readonly keyLog: ((line: string) => void) | null;
}

/** Opens TLS to the app; what it learns of a port and a name holds for all connections to them. */
export class AppUpstreams implements Upstreams {
  readonly #options: AppUpstreamOptions;
  /** Why clients are left to the app, or null where they need not be. */
  readonly #learned = new Map<string, string | null>();

  constructor(options: AppUpstreamOptions) {
    this.#options = options;
  }

  /** Why clients who ask that port for that name are left to the app, as far as it is known. */
  reasonFor(port: number, serverName: string | null): string | null {
    return this.#learned.get(keyOf(port, serverName)) ?? null;
  }

  async open({ line: raw, hello, port, alpn }: UpstreamRequest): Promise<Upstream> {
    const key = keyOf(port, hello.serverName);
    // Watching costs a bridge: once is enough.
    const isKnown = this.#learned.has(key);
    const { line, isAsked } = isKnown ? { line: raw, isAsked: Promise.resolve(false) } : watchCertificateRequest(raw);
    const readable = hello.alpn.filter((name) => alpn.includes(name));
    const tls = connectTls(line, {
      serverName: hello.serverName,
      alpn: readable.length > 0 ? readable : hello.alpn,
      versions: hello.versions,
      groups: groupsFor(hello.groups),
      clientCertificate: null,
      roots: nobody,
      keyLog: this.#options.keyLog,
    });
    raw.resume();
    const facts = await tls.ready;
    if (facts.is === "failed") {
      const wasAsked = await Promise.race([isAsked, false]);
      // Another client may come in other terms: nothing is learned of the app.
      return left(raw, wasAsked ? askedReason : `TLS: the app ended the handshake: it ${facts.message}`);
    }
    const reason = this.#reasonIn(facts.chain, !isKnown && (await isOut(isAsked)));
    if (reason !== null || !isKnown) this.#learned.set(key, reason);
    if (reason !== null) return left(raw, reason);
    const unquestioned = { refusal: null, believer: null, certificateReason: null };
    return { is: "open", line: tls, facts, leaf: this.#options.certificate, ...unquestioned };
  }

  #reasonIn([leaf]: readonly Uint8Array[], isAsked: boolean): string | null {
    if (leaf === undefined || Buffer.compare(leaf, this.#options.certificate.der) !== 0)
      return "TLS: the app shows another certificate than the one of --tls-cert";
    return isAsked ? askedReason : null;
  }
}

const askedReason = "TLS: the app asks its clients for their certificates, which only they can show";

const isOut = (isAsked: Promise<boolean>): Promise<boolean> =>
  Promise.race([isAsked, Bun.sleep(flightMs).then(() => false)]);

const keyOf = (port: number, serverName: string | null): string => `${port} ${serverName?.toLowerCase() ?? ""}`;

const left = (line: Line, reason: string): Upstream => {
  line.terminate();
  return { is: "blind", reason };
};
