/**
 * The server's side of a connection whose TLS ends with us: the handshake as the client would have made it, the verdict on
 * the server, and the leaf to answer the client with. What a destination taught is remembered for the run.
 *
 * Refuses to connect: the relay brings an established line. Nothing is decided for the client before the server has spoken.
 */
import type { ClientHello } from "../client-hello.ts";
import type { Line } from "../line.ts";
import type { Leaf } from "./authority.ts";
import type { ClientCertificate, TlsOptions } from "./tls-options.ts";
import { groupsFor } from "./contexts.ts";
import { Sessions } from "./sessions.ts";
import { connectTls, type TlsFacts, type TlsFailure, type TlsLine } from "./tls-line.ts";
import { authorityOf, createJudge } from "./verify.ts";

/** What became of the server's side, and with it what to do with the client. */
export type Upstream =
  /** Answer with `leaf` and `facts.alpn`. `refusal` says what a verifying client will find wrong with it, as it would have. */
  | {
      readonly is: "open";
      readonly line: TlsLine;
      readonly facts: TlsFacts;
      readonly leaf: Leaf;
      readonly refusal: string | null;
      /** The app's file of roots, where a client that does not go by it will refuse, as it would have; else null. */
      readonly believer: string | null;
      /** The server asks its clients for certificates: why one that shows one cannot be read. Null where nobody is asked. */
      readonly certificateReason: string | null;
    }
  /** Send the held ClientHello on over a fresh connection and read nothing: this one is used up. */
  | { readonly is: "blind"; readonly reason: string }
  /** The server refused or left: the client gets the same. */
  | { readonly is: "failed"; readonly failure: TlsFailure };

export interface UpstreamRequest {
  /** An established connection to the server; mid-stream, behind what was said in clear. */
  readonly line: Line;
  readonly hello: ClientHello;
  /** Where the app wanted to go. */
  readonly address: string;
  readonly port: number;
  /** The names in ALPN that can be read; offered as far as the client offers them too. */
  readonly alpn: readonly string[];
  /** Nothing was said in clear before: the client can be left to a server that demands a certificate. */
  readonly isFresh: boolean;
  /** Aborted when nobody waits for it any more. */
  readonly signal?: AbortSignal;
}

/** Opens TLS to servers. */
export interface Upstreams {
  open(request: UpstreamRequest): Promise<Upstream>;
}

/** The engine tells a secret for the key log in the turn in which the handshake ends. */
const secretMs = 1000;

/** How long a server has to say that it demands a certificate, where its request cannot be read. */
const demandWaitMs = 250;

/** Alerts that answer an empty client certificate; `handshake_failure` has other causes, but not behind a certificate. */
const demands: ReadonlySet<string> = new Set(["certificate_required", "bad_certificate", "handshake_failure"]);

/** One for the run: destinations are remembered in it. */
export const createUpstreams = (options: TlsOptions): Upstreams => {
  const roots = options.stores.flatMap((store) => store.roots);
  const judge = createJudge(options.stores);
  /** Whether a destination asks its clients for certificates, and goes on without. */
  const asks = new Map<string, "never" | "asks" | "demands">();
  const sessions = new Sessions();
  /** Destinations that may have refused the groups that are offered first. */
  const choosy = new Set<string>();
  return {
    async open(request) {
      const { hello, address, port, isFresh } = request;
      const asked = hello.serverName ?? address;
      const destination = JSON.stringify([address, port, hello.serverName]);
      const clientCertificate = certificateFor(options.clientCertificates, [asked, address]);
      const known = clientCertificate === null ? asks.get(destination) : "never";
      if (known === "demands" && isFresh) return blind(asked);
      // A server is asked but once.
      const isFirst = known === undefined;
      const alpn = narrowed(hello.alpn, request.alpn);
      const { versions } = hello;
      const groups = choosy.has(destination) ? "all" : groupsFor(hello.groups);
      const resumable = JSON.stringify([destination, alpn, versions, groups]);
      const session = known === "never" && clientCertificate === null ? sessions.get(resumable) : null;
      const provedAt = session?.provedAt ?? performance.now();
      const line = connectTls(request.line, {
        serverName: hello.serverName,
        alpn,
        versions,
        groups,
        clientCertificate,
        roots,
        isRequestWatched: isFirst,
        session,
        // What a server shows to one of its clients is no other's.
        onSession: (bytes, { chain, verifyError }) => {
          const isAnyones = clientCertificate === null && asks.get(destination) === "never";
          if (isAnyones && verifyError === null) sessions.keep(resumable, { bytes, chain, provedAt });
        },
        keyLog: options.keyLog,
      });
      request.signal?.addEventListener("abort", () => line.terminate(), { once: true });
      const facts = await line.ready;
      const isSeen =
        isFirst && facts.is === "open" ? await within(line.isCertificateAsked, secretMs) : known !== "never";
      // Whoever demands one says so behind the handshake.
      if (isFirst && isFresh && isSeen !== false) await within(line.confirmed, demandWaitMs);
      // The client is asked in turn, which costs nothing in mid-stream, where it cannot be left to the server any more.
      const isAsked = isSeen ?? !isFresh;
      const failure = facts.is === "failed" ? facts : line.failure;
      // The app may have a certificate of its own, which a server that does not go without answers otherwise.
      if (clientCertificate === null && failure !== null && isDemand(failure)) {
        asks.set(destination, "demands");
        line.terminate();
        return blind(asked);
      }
      if (facts.is === "failed") {
        if (facts.alert === "handshake_failure") choosy.add(destination);
        sessions.forget(resumable);
        return { is: "failed", failure: facts };
      }
      if (isFirst) asks.set(destination, isAsked ? "asks" : "never");
      const verdict = judge(facts, asked);
      const leaf = authorityOf(verdict, options.untrusted).leaf(verdict.subject);
      const believer = verdict.store?.isPrivate === true ? verdict.store.name : null;
      const certificateReason = isAsked ? certificateReasonOf(asked) : null;
      return { is: "open", line, facts, leaf, refusal: verdict.refusal, believer, certificateReason };
    },
  };
};

const blind = (asked: string): Upstream => ({ is: "blind", reason: certificateReasonOf(asked) });

const certificateReasonOf = (asked: string): string =>
  `${asked} asks its clients for a certificate; --client-cert ${asked}=cert.pem,key.pem lets it be read`;

const isDemand = ({ kind, alert, hasCertificate }: TlsFailure): boolean =>
  kind === "alert" && alert !== null && demands.has(alert) && hasCertificate;

/** What both the client and a reader know; where that is nothing, the client's own list. */
const narrowed = (offered: readonly string[], readable: readonly string[]): readonly string[] => {
  const common = offered.filter((name) => readable.includes(name));
  return common.length > 0 ? common : offered;
};

const certificateFor = (known: readonly ClientCertificate[], hosts: readonly string[]): ClientCertificate | null =>
  known.find(({ host }) => hosts.some((asked) => isFor(host.toLowerCase(), asked.toLowerCase()))) ?? null;

/** A wildcard stands for one label. */
const isFor = (pattern: string, host: string): boolean =>
  pattern === host || (pattern.startsWith("*.") && host.slice(host.indexOf(".")) === pattern.slice(1));

/** Null past `mostMs`. */
const within = async <T>(settled: Promise<T>, mostMs: number): Promise<T | null> => {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), mostMs);
  return await Promise.race([settled, late]).finally(() => clearTimeout(timer));
};
