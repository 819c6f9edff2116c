/**
 * TLS over a line, at either end of it. What comes out is a line again: half-close is kept, backpressure passes through, and
 * whatever goes wrong is a value or the ear's `close`, never an exception.
 *
 * The engine is Bun's own, on the socket itself (engine.ts); other lines are bridged to a socket first, so that TLS in TLS
 * is the same code. Refuses to judge certificates: verify.ts does.
 */
import type { TlsVersion, VersionRange } from "../client-hello.ts";
import type { Line } from "../line.ts";
import type { Ear, RelaySocket } from "../relay.ts";
import type { Leaf } from "./authority.ts";
import { bridge } from "./bridge.ts";
import { clientContext, type Groups, serverContext } from "./contexts.ts";
import {
  type EngineError,
  type EngineOptions,
  type EngineSocket,
  type ShownCertificate,
  startEngine,
} from "./engine.ts";
import { closedFailure, engineFailure, type TlsFailure } from "./failure.ts";
import { HeldEar } from "./held-ear.ts";
import { RecordWatch } from "./record-watch.ts";
import { asksForCertificate, serverSecretIn } from "./server-flight.ts";
import type { Session } from "./sessions.ts";

export { type TlsFailure };

/** What a finished handshake settled. */
export interface TlsFacts {
  readonly is: "open";
  readonly version: TlsVersion;
  readonly alpn: string | null;
  /** The far end's certificates as DER, the leaf first; a root that is known may stand behind those that were sent. */
  readonly chain: readonly Uint8Array[];
  /** Why the engine does not believe the chain, as OpenSSL names it; names are not looked at. */
  readonly verifyError: string | null;
}

/** TLS over another line. What is written before the handshake is done is not taken; `drain` tells when. */
export interface TlsLine extends Line {
  /** Never rejects. */
  readonly ready: Promise<TlsFacts | TlsFailure>;
  /** Settles behind the handshake, at the far end's first ticket or byte or when the line is gone. */
  readonly confirmed: Promise<void>;
  /** Whether the server asks its clients for certificates, where `isRequestWatched`; settles with the handshake or right after. Null where it cannot be told. */
  readonly isCertificateAsked: Promise<boolean | null>;
  /** Why an open line broke, if TLS or the far end said why. */
  readonly failure: TlsFailure | null;
  /** The far end's FIN came without a close_notify: what it had sent may have been cut short. */
  readonly isTruncated: boolean;
  /**
   * Passes on what `isTruncated` tells of another line, behind the last byte: a client's connection closes without a
   * close_notify. A server is told an ordinary end, since its answer may be on its way yet.
   */
  truncate(): void;
}

type KeyLog = ((line: string) => void) | null;

export interface ServeOptions {
  readonly leaf: Leaf;
  /** What is chosen of the client's list; `null` leaves ALPN unanswered. */
  readonly alpn: string | null;
  /** Bytes that were already read off the line. */
  readonly early: Uint8Array;
  /** The client may show a certificate, which `TlsFacts.chain` tells of; one that has none goes on without. */
  readonly asksCertificate?: boolean;
  readonly groups: Groups;
  readonly keyLog: KeyLog;
}

export interface ConnectOptions {
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly versions: VersionRange;
  readonly groups: Groups;
  readonly clientCertificate: { readonly certificate: string; readonly key: string } | null;
  /** PEM; keep one array per run, since what is made of it is remembered by it. */
  readonly roots: readonly string[];
  /** Whether to look for a request for a client certificate. */
  readonly isRequestWatched?: boolean;
  /** To be resumed, if the server still knows it. */
  readonly session?: Session | null;
  /** Hears of each session that the server gives, behind the handshake. */
  readonly onSession?: (bytes: Uint8Array, facts: TlsFacts) => void;
  readonly keyLog: KeyLog;
}

/** Answers a client's handshake. */
export const serveTls = (line: Line, options: ServeOptions): TlsLine => {
  const { asksCertificate = false, alpn, early } = options;
  return new OverLine(line, { ...options, isServer: true }, () => ({
    asksCertificate,
    early,
    context: serverContext({ ...options, asksCertificate }),
    serverName: null,
    alpn: alpn === null ? [] : [alpn],
  }));
};

/** Begins a handshake with a server. */
export const connectTls = (line: Line, options: ConnectOptions): TlsLine =>
  new OverLine(line, { ...options, isServer: false }, () => ({
    asksCertificate: false,
    early: new Uint8Array(0),
    context: clientContext(options),
    serverName: options.serverName,
    alpn: options.alpn,
  }));

type Settings = Omit<EngineOptions, "events" | "isServer">;

/** Which end this is, and what is wanted of it. */
interface End
  extends
    Pick<ServeOptions, "keyLog" | "asksCertificate">,
    Pick<ConnectOptions, "isRequestWatched" | "session" | "onSession"> {
  readonly isServer: boolean;
}

/** A server's certificates are a few thousand bytes. */
const mostFlightBytes = 1 << 18;

class OverLine implements TlsLine {
  readonly data = new HeldEar((isHeld) => this.#hold(isHeld));
  readonly #ready = Promise.withResolvers<TlsFacts | TlsFailure>();
  readonly #confirmed = Promise.withResolvers<void>();
  readonly #isAsked = Promise.withResolvers<boolean | null>();
  readonly #watch: RecordWatch;
  readonly #keyLog: KeyLog;
  readonly #isServer: boolean;
  /** The far end may show certificates. */
  readonly #isShown: boolean;
  readonly #session: Session | null;
  readonly #onSession: ((bytes: Uint8Array, facts: TlsFacts) => void) | null;
  #raw: RelaySocket | null = null;
  #tls: EngineSocket | null = null;
  #facts: TlsFacts | null = null;
  #given: Uint8Array | null = null;
  #failure: TlsFailure | null = null;
  #isPaused = false;
  #isHeld = false;
  #isFinished = false;
  #hasEnded = false;
  #isClosed = false;
  isTruncated = false;
  /** What a server sent in the handshake; null where nobody wants to know or it is over. */
  #flight: Uint8Array[] | null = null;
  #flightBytes = 0;
  #serverSecret: Uint8Array | null = null;

  constructor(line: Line, end: End, settings: () => Settings) {
    const { isServer, asksCertificate, keyLog, isRequestWatched, session = null, onSession = null } = end;
    this.#isShown = !isServer || asksCertificate === true;
    this.#session = session;
    this.#onSession = onSession;
    if (isRequestWatched === true) this.#flight = [];
    else this.#isAsked.resolve(false);
    this.#isServer = isServer;
    this.#keyLog = keyLog;
    this.#watch = new RecordWatch({ isClientWatched: isServer });
    if (isSocket(line)) this.#start(line, settings);
    else {
      bridge(line).then(
        (socket) => this.#start(socket, settings),
        () => this.#closed(true),
      );
    }
  }

  get ready(): Promise<TlsFacts | TlsFailure> {
    return this.#ready.promise;
  }

  get confirmed(): Promise<void> {
    return this.#confirmed.promise;
  }

  get isCertificateAsked(): Promise<boolean | null> {
    return this.#isAsked.promise;
  }

  get failure(): TlsFailure | null {
    return this.#failure;
  }

  write(bytes: Uint8Array): number {
    if (this.#facts === null || this.#isFinished || this.#isClosed || this.#tls === null) return 0;
    return Math.max(0, this.#tls.write(bytes));
  }

  shutdown(): void {
    if (this.#isFinished || this.#isClosed) return;
    this.#isFinished = true;
    if (this.#facts !== null) this.#tls?.shutdown();
  }

  truncate(): void {
    if (this.#isFinished || this.#isClosed) return;
    if (!this.#isServer) return this.shutdown();
    this.#isFinished = true;
    this.#raw?.close();
  }

  pause(): void {
    this.#isPaused = true;
    this.#flow();
  }

  resume(): void {
    this.#isPaused = false;
    this.#flow();
  }

  terminate(): void {
    if (this.#isClosed) return;
    this.#raw?.terminate();
    this.#closed(true);
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#flow();
  }

  /** A handshake is never held up. */
  #flow(): void {
    if (this.#facts === null || this.#isClosed) return;
    if (this.#isPaused || this.#isHeld) this.#tls?.pause();
    else this.#tls?.resume();
  }

  #start(socket: RelaySocket, settings: () => Settings): void {
    if (this.#isClosed) return void socket.terminate();
    socket.data.ear = this.#below();
    socket.resume();
    const chosen = settings();
    this.#watch.raw(chosen.early);
    const engine = startEngine(socket, {
      ...chosen,
      isServer: this.#isServer,
      events: {
        open: (tls) => this.#opened(tls),
        handshake: (tls, isDone, error) => this.#shaken(tls, isDone, error),
        data: (_tls, bytes) => this.#heard(bytes),
        drain: () => this.data.drain(),
        end: () => this.#ended(),
        close: (_tls, error) => this.#closed(error !== undefined && error !== null),
        error: (_tls, error) => this.#broke(error),
        session: (_tls, session) => this.#heldSession(session),
        keylog: (_tls, line) => this.#secret(Buffer.from(line).toString("latin1").trimEnd()),
      },
    });
    if (engine === null) return this.#closed(true);
    this.#raw = engine.raw;
    this.#tls = engine.tls;
  }

  #opened(tls: EngineSocket): void {
    this.#tls = tls;
    if (this.#session !== null) tls.setSession(this.#session.bytes);
  }

  #heldSession(session: Uint8Array): void {
    this.#confirmed.resolve();
    this.#given = session;
    this.#tellSession();
  }

  /** TLS 1.2 gives one before the handshake is done. */
  #tellSession(): void {
    if (this.#given === null || this.#facts === null) return;
    this.#onSession?.(this.#given, this.#facts);
    this.#given = null;
  }

  /** The line's own ear: sealed bytes are only watched, and the engine says all else. */
  #below(): Ear {
    return {
      data: (bytes) => {
        this.#watch.raw(bytes);
        if (this.#flight === null || this.#flightBytes > mostFlightBytes) return;
        this.#flight.push(Uint8Array.prototype.slice.call(bytes));
        this.#flightBytes += bytes.length;
      },
      drain() {},
      end() {},
      close: (isReset) => this.#closed(isReset),
    };
  }

  #secret(line: string): void {
    this.#keyLog?.(line);
    if (this.#flight === null) return;
    this.#serverSecret ??= serverSecretIn(line);
    this.#lookForRequest();
  }

  /** The engine tells the secret when the handshake is done, or a little later. */
  #lookForRequest(): void {
    if (this.#facts === null || (this.#facts.version === "TLSv1.3" && this.#serverSecret === null)) return;
    this.#isAsked.resolve(this.#flight !== null && asksForCertificate(Buffer.concat(this.#flight), this.#serverSecret));
    this.#flight = null;
    this.#serverSecret = null;
  }

  #shaken(tls: EngineSocket, isDone: boolean, error: EngineError | null): void {
    // A chain for another name, believed or not, counts as a failure, yet the handshake is done; names are verify.ts's.
    const isOtherName = error?.code === "ERR_TLS_CERT_ALTNAME_INVALID";
    if (!isDone && !isOfCertificate(error)) {
      const hasCertificate = chainOf(tls.getPeerCertificate(false)).length > 0;
      const failure = engineFailure(error, this.#watch.alert);
      this.#failure ??= failure === null ? null : { ...failure, hasCertificate };
      return;
    }
    this.#facts = {
      is: "open",
      version: tls.getTLSVersion() as TlsVersion,
      alpn: tls.alpnProtocol === false || tls.alpnProtocol === null ? null : tls.alpnProtocol,
      chain: this.#chainOf(tls),
      verifyError: isOtherName ? null : (error?.code ?? null),
    };
    this.#ready.resolve(this.#facts);
    this.#tellSession();
    this.#lookForRequest();
    if (this.#isFinished) tls.shutdown();
    this.#flow();
    this.data.drain();
  }

  /** As it came, or as it came in the handshake that began the session. */
  #chainOf(tls: EngineSocket): readonly Uint8Array[] {
    if (!this.#isShown) return [];
    if (this.#session !== null && tls.isSessionReused()) return this.#session.chain;
    return chainOf(tls.getPeerCertificate(false));
  }

  /** Behind a handshake; what breaks it is told by the handshake itself. */
  #broke(error: EngineError): void {
    const failure = this.#facts === null ? null : engineFailure(error, this.#watch.alert);
    if (failure !== null) this.#failure ??= { ...failure, hasCertificate: !this.#isServer };
  }

  #heard(bytes: Uint8Array): void {
    this.#watch.plain(bytes.length);
    this.#confirmed.resolve();
    this.data.data(bytes);
  }

  #ended(): void {
    if (this.#facts === null || this.#hasEnded) return;
    this.#hasEnded = true;
    this.isTruncated = !this.#watch.endsCleanly(this.#facts.version);
    this.data.end();
  }

  #closed(isReset: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#facts === null) this.#failure ??= closedFailure(isReset, this.#watch.alert);
    this.#ready.resolve(this.#failure ?? closedFailure(isReset, null));
    this.#confirmed.resolve();
    this.#isAsked.resolve(false);
    // Once both directions have ended, a reset only says that the far end left before it read the last of ours.
    const isWhole = this.#hasEnded && (this.#isFinished || !isReset);
    this.data.close(!isWhole || this.#failure !== null);
  }
}

/** What else ends a handshake has the system's codes or OpenSSL's. */
const isOfCertificate = (error: EngineError | null): boolean =>
  error?.code !== undefined && !/^(?:E[A-Z]+|ERR_SSL_\w+)$/.test(error.code);

const isSocket = (line: Line): line is RelaySocket => "upgradeTLS" in line && "readyState" in line;

const chainOf = (leaf: ShownCertificate | undefined): Uint8Array[] => {
  const chain: Uint8Array[] = [];
  const seen = new Set<ShownCertificate>();
  for (let shown = leaf; shown?.raw !== undefined && !seen.has(shown); shown = shown.issuerCertificate) {
    seen.add(shown);
    chain.push(new Uint8Array(shown.raw));
  }
  return chain;
};
