/**
 * Plays a recorded request to the app on a connection of its own, byte for byte, and reads the whole answer.
 *
 * Bun's sockets buffer nothing on write and must not be handed data at their end: what was not taken is kept and sent
 * on `drain`. Refuses to call an answer complete that is not.
 */
import type { Socket } from "bun";
import { DriveError, type Driver, type Endpoint } from "../../core/protocol.ts";
import { isCertificates, tlsFor } from "./app-tls.ts";
import { compareResponses } from "./compare.ts";
import { Dialler } from "./dial.ts";
import { encodeRequestBody, encodeRequestHead, type Piece } from "./encode.ts";
import { isTunnel, requestFraming } from "./framing.ts";
import { MessageReader } from "./message-reader.ts";
import { expectsContinue } from "./request-reader.ts";
import { ResponseReader } from "./response-reader.ts";
import type { HttpResponse, HttpSpec } from "./spec.ts";
import { summaryOf, titleOf } from "./title.ts";
import { withValues } from "./with-values.ts";

/** A client that gets no 100 (Continue) sends its body all the same (RFC 9110, 10.1.1). */
const CONTINUE_WAIT_MS = 300;

/** One request on one connection. */
class Drive {
  readonly #want: HttpSpec;
  readonly #reader = new MessageReader();
  readonly #responses = new ResponseReader(this.#reader);
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (error: DriveError) => void;
  #body: Iterator<Piece> | null;
  #unsent: Uint8Array;
  /** Between the head and leave to send the body. */
  #held: boolean;
  #settled = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(want: HttpSpec, resolve: (response: HttpResponse) => void, reject: (error: DriveError) => void) {
    const { request } = want;
    this.#want = want;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#unsent = encodeRequestHead(request);
    this.#body = encodeRequestBody(request)[Symbol.iterator]();
    this.#held = expectsContinue({ request, framing: requestFraming(request.headers), startedAt: 0 });
  }

  /** Whether the answer leaves the connection in use: an upgrade, a tunnel, a stream without end. */
  get endless(): boolean {
    const { request, response } = this.#want;
    return response.cut || isTunnel(request.method, response.status);
  }

  get settled(): boolean {
    return this.#settled;
  }

  open(socket: Socket): void {
    if (this.#held) this.#timer = setTimeout(() => this.#release(socket), CONTINUE_WAIT_MS);
    this.write(socket);
  }

  write(socket: Socket): void {
    while (!this.#settled) {
      if (this.#unsent.length > 0) {
        const written = socket.write(this.#unsent);
        if (written < 0) return;
        this.#unsent = this.#unsent.subarray(written);
        if (this.#unsent.length > 0) return;
      }
      if (this.#held) return;
      const next = this.#body?.next();
      if (!next || next.done) {
        this.#body = null;
        return;
      }
      this.#unsent = next.value.bytes;
    }
  }

  #release(socket: Socket): void {
    if (!this.#held) return;
    this.#held = false;
    if (!this.#want.request.bodyUnsent) this.write(socket);
  }

  data(socket: Socket, bytes: Uint8Array): void {
    if (this.#settled) return;
    // The runtime may use the buffer again.
    this.#reader.push(bytes.slice(), Date.now());
    this.#guard(() => {
      const response = this.#responses.read(this.#want.request.method);
      if (this.#held && this.#responses.interim.some(({ status }) => status === 100)) this.#release(socket);
      if (response) this.#finish(response);
      else if (this.#want.response.cut && this.#reader.bodyLength >= this.#want.response.body.length) this.#finishCut();
    });
  }

  end(): void {
    this.#guard(() => {
      const response = this.#responses.close();
      if (response) this.#finish(response);
      else if (this.#responses.head === null) this.fail("the app closed the connection without an answer");
      else this.fail("the app closed the connection in the middle of its answer");
    });
  }

  fail(reason: string): void {
    if (this.#settled) return;
    this.#settle();
    this.#reject(new DriveError(`${this.#want.request.method} ${this.#want.request.target}: ${reason}.`));
  }

  timeout(timeoutMs: number): void {
    if (this.#settled) return;
    const began = this.#responses.head !== null || this.#reader.waiting > 0;
    if (this.#want.response.cut && began) this.#guard(() => this.#finishCut());
    this.fail(`the app gave ${began ? "no complete" : "no"} answer within ${timeoutMs} ms`);
  }

  #finishCut(): void {
    const response = this.#responses.cutEvents();
    if (response) this.#finish(response);
  }

  #guard(read: () => void): void {
    if (this.#settled) return;
    try {
      read();
    } catch (error) {
      this.fail(`the app's answer is not HTTP/1: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #finish(response: HttpResponse): void {
    this.#settle();
    this.#resolve(response);
  }

  #settle(): void {
    this.#settled = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

/** A FIN, not a reset, so that the app's log shows nothing odd; unless the app would go on sending. */
const hangUp = (socket: Socket, drive: Drive): void => {
  if (drive.endless) socket.terminate();
  else socket.end();
};

const dialler = new Dialler();

const connect = (want: HttpSpec, drive: Drive, to: Endpoint): Promise<Socket> =>
  dialler.dial(to.host, to.port, (hostname) =>
    Bun.connect({
      hostname,
      port: to.port,
      ...(to.isTls ? { tls: tlsFor(want.request) } : {}),
      socket: {
        open: (socket) => {
          if (!to.isTls) drive.open(socket);
        },
        handshake: (socket, isDone, error) => {
          if (isDone || isCertificates(error)) drive.open(socket);
          else
            drive.fail(`the app on port ${to.port} does not take TLS as recorded: ${error?.message ?? "it hung up"}`);
        },
        data: (socket, bytes) => {
          drive.data(socket, bytes);
          if (drive.settled) hangUp(socket, drive);
        },
        drain: (socket) => drive.write(socket),
        end: (socket) => {
          drive.end();
          socket.end();
        },
        close: () => drive.end(),
        error: (_socket, error) => drive.fail(`the connection to the app failed: ${error.message}`),
        // Another address may be tried; the last refusal comes as a rejection.
        connectError: () => {},
      },
    }),
  );

/** The app's answer to the recorded request. */
export const sendRequest = async (want: HttpSpec, to: Endpoint, timeoutMs: number): Promise<HttpSpec> => {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const drive = new Drive(want, resolve, reject);
  const timer = setTimeout(() => drive.timeout(timeoutMs), timeoutMs);
  const connecting = connect(want, drive, to).catch((error: unknown) => {
    drive.fail(
      `the app takes no connection on ${to.host}:${to.port}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  });
  try {
    return { request: want.request, response: await promise };
  } catch (error) {
    void connecting.then((socket) => socket?.terminate());
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

/** Drives test cases of this protocol. */
export const http1Driver: Driver<HttpSpec> = {
  protocol: "http1",
  noise: ["header.Date"],
  title: ({ request }: HttpSpec): string => titleOf(request),
  summary: summaryOf,
  send: sendRequest,
  withValues,
  compare: compareResponses,
};
