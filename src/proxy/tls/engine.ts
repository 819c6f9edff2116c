/**
 * Bun's own TLS on a socket that is already in use. Its declared types lack half of what it takes, so what is used stands
 * here: the server's side, bytes that were already read, the key log and session tickets.
 *
 * Refuses policy; the counterpart that makes a line of it is tls-line.ts.
 */
import type { SecureContext } from "node:tls";
import type { RelaySocket } from "../relay.ts";

/** What Bun says of a handshake or a failing socket. */
export interface EngineError {
  readonly code?: string;
  readonly message: string;
}

/** A certificate as Bun shows it, with the one that signed it where it was sent. */
export interface ShownCertificate {
  readonly raw?: Uint8Array;
  readonly issuerCertificate?: ShownCertificate;
}

/** The plain side. */
export interface EngineSocket {
  readonly alpnProtocol: string | false | null;
  write(bytes: Uint8Array): number;
  shutdown(): void;
  pause(): void;
  resume(): void;
  terminate(): void;
  getTLSVersion(): string;
  /** Before the handshake. */
  setSession(session: Uint8Array): void;
  isSessionReused(): boolean;
  /** `false` asks for the whole chain. */
  getPeerCertificate(isAbbreviated: false): ShownCertificate | undefined;
}

export interface EngineEvents {
  open(socket: EngineSocket): void;
  handshake(socket: EngineSocket, isDone: boolean, error: EngineError | null): void;
  data(socket: EngineSocket, bytes: Uint8Array): void;
  drain(socket: EngineSocket): void;
  end(socket: EngineSocket): void;
  close(socket: EngineSocket, error?: EngineError): void;
  error(socket: EngineSocket, error: EngineError): void;
  session(socket: EngineSocket, session: Uint8Array): void;
  keylog(socket: EngineSocket, line: Uint8Array): void;
}

export interface EngineOptions {
  readonly isServer: boolean;
  /** Server: the client may show a certificate, whichever it likes. */
  readonly asksCertificate: boolean;
  readonly early: Uint8Array;
  readonly context: SecureContext;
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly events: EngineEvents;
}

/** The two sides of an upgraded socket: `raw` still hears the sealed bytes in its ear. */
export interface Engine {
  readonly raw: RelaySocket;
  readonly tls: EngineSocket;
}

type Upgrade = (options: object) => [RelaySocket, EngineSocket] | undefined;

/** Begins a handshake on `socket`; `null` where it is gone already. */
export const startEngine = (socket: RelaySocket, options: EngineOptions): Engine | null => {
  const { isServer, asksCertificate, early, context, serverName, alpn, events } = options;
  const upgrade = (socket as unknown as { upgradeTLS: Upgrade }).upgradeTLS.bind(socket);
  // Without a word on it Bun names the address that it connected to.
  const name = { serverName: serverName ?? "", servername: serverName ?? "" };
  const protocols = alpn.length === 0 ? {} : { ALPNProtocols: wireOf(alpn) };
  const asks = isServer && !asksCertificate ? {} : { requestCert: true, rejectUnauthorized: false };
  // Only what createSecureContext wraps is known to the engine.
  const { context: secureContext } = context as unknown as { context: unknown };
  if (socket.readyState <= 0) return null;
  try {
    const pair = upgrade({
      isServer,
      ...(early.length > 0 ? { initialData: Buffer.from(early) } : {}),
      tls: { secureContext, ...name, ...protocols, ...asks },
      data: socket.data,
      socket: { binaryType: "buffer", ...events },
    });
    return pair === undefined ? null : { raw: pair[0], tls: pair[1] };
  } catch {
    return null;
  }
};

/** RFC 7301, 3.1: names <1>, one behind the other. */
const wireOf = (names: readonly string[]): Buffer =>
  Buffer.concat(names.flatMap((name) => [Buffer.of(Buffer.byteLength(name, "latin1")), Buffer.from(name, "latin1")]));
