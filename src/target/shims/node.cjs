/*
 * Loaded into Node programs that are recorded, by NODE_OPTIONS. It says which incoming request the running code works for,
 * at each moment at which the program sends on a socket: a number in a page of memory of its own, which the kernel's program
 * reads while the bytes leave. It opens nothing, sends nothing, waits for nothing; nobody who looks is nobody's harm.
 *
 * The page: 32 bytes by which it is found, the thread, and the number, 8 bytes each. Where bytes of several requests leave at
 * once, behind it (4 bytes each) how many they are and in how many pieces, and of each piece the number and the length.
 */
"use strict";
(() => {
  const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks");
  const fs = require("node:fs");
  const http = require("node:http");
  const https = require("node:https");
  const Module = require("node:module");
  const net = require("node:net");
  const tls = require("node:tls");

  // Alone between pages that nobody may touch, so that it is found by its size.
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const words = new Uint32Array(buffer);
  const thread = Number(/\d+$/.exec(fs.readlinkSync("/proc/thread-self"))[0]);
  const [THREAD, NUMBER, TOTAL, COUNT, PIECES] = [8, 10, 12, 13, 14];
  const MOST_PIECES = 64;
  words[THREAD] = thread;
  // Numbers differ between the threads of a process, in their upper half.
  words[NUMBER + 1] = thread & 0xfffff;
  // A known driver's call is its request's for sure, and no other's that happens to run.
  const [NOBODY, SURE, SURE_BIT] = [0, 2 ** 32, 1 << 20];
  Buffer.from(buffer).write("reprise: whom the code works for", "latin1");

  const requests = new AsyncLocalStorage();
  // Of a client's connection the request at hand; what is written and by whom; for whom a connection is used now.
  const [SERVED, WRITTEN, ASKER] = [Symbol("served"), Symbol("written"), Symbol("asker")];
  let count = 0;

  const served = (emit) =>
    function (event, request, ...rest) {
      const socket = request?.socket;
      const begins = event === "request" || event === "upgrade" || event === "checkContinue";
      if (!begins || !socket) return emit.call(this, event, request, ...rest);
      socket[SERVED] = ++count;
      return requests.run(count, () => emit.call(this, event, request, ...rest));
    };
  http.Server.prototype.emit = served(http.Server.prototype.emit);
  https.Server.prototype.emit = served(https.Server.prototype.emit);

  // Bytes that are written may leave later, with what others have written: whose they are is kept with each.
  const lengthOf = (chunk, encoding) =>
    typeof chunk === "string" ? Buffer.byteLength(chunk, encoding) : chunk.byteLength;
  // What a driver that is known sends for somebody: for whom, or for whom piece by piece.
  let asking;
  const forWhom = (whose, run) => {
    const before = asking;
    asking = whose;
    try {
      return run();
    } finally {
      asking = before;
    }
  };
  const sumOf = (pieces) => pieces.reduce((sum, { length }) => sum + length, 0);
  const piecesOf = (socket, chunk, encoding) => {
    const length = lengthOf(chunk, encoding);
    if (!Array.isArray(asking)) return [{ whose: asking ?? socket[ASKER] ?? requests.getStore() ?? NOBODY, length }];
    const pieces = asking.splice(0);
    return sumOf(pieces) === length ? pieces : [{ whose: NOBODY, length }];
  };
  const write = net.Socket.prototype.write;
  net.Socket.prototype.write = function (...parts) {
    const [chunk, given] = parts;
    const encoding = typeof given === "string" ? given : undefined;
    if (this[SERVED] === undefined && (typeof chunk === "string" || ArrayBuffer.isView(chunk)))
      (this[WRITTEN] ??= []).push(piecesOf(this, chunk, encoding));
    return write.apply(this, parts);
  };
  // What leaves now, of what was written; nobody's where that cannot be told.
  const leaving = (socket, isMany, data, encoding) => {
    if (socket[SERVED] !== undefined) return [{ whose: socket[SERVED], length: 0 }];
    const chunks = isMany ? data : [{ chunk: data, encoding }];
    const written = socket[WRITTEN] ?? [];
    const told = written.splice(0, chunks.length);
    const isTold = chunks.every((each, n) => told[n] && sumOf(told[n]) === lengthOf(each.chunk, each.encoding));
    if (!isTold) written.length = 0;
    const pieces = [];
    for (const each of isTold ? told.flat() : []) {
      const last = pieces.at(-1);
      if (last?.whose === each.whose) last.length += each.length;
      else pieces.push({ ...each });
    }
    // Sealed, they have other lengths.
    return pieces.length > 1 && socket.encrypted ? [] : pieces;
  };
  const tell = (at, whose) => {
    words[at] = whose % SURE;
    words[at + 1] = (thread & 0xfffff) | (whose >= SURE ? SURE_BIT : 0);
  };
  const say = (pieces) => {
    const [only = { whose: NOBODY }] = pieces;
    tell(NUMBER, pieces.length > 1 ? NOBODY : only.whose);
    if (pieces.length < 2) return;
    words[TOTAL] = sumOf(pieces);
    if (pieces.length > MOST_PIECES) {
      const rest = pieces.splice(MOST_PIECES - 1);
      pieces.push({ whose: NOBODY, length: sumOf(rest) });
    }
    words[COUNT] = pieces.length;
    for (const [n, { whose, length }] of pieces.entries()) {
      tell(PIECES + 4 * n, whose);
      words[PIECES + 4 * n + 2] = length;
    }
  };
  const send = net.Socket.prototype._writeGeneric;
  net.Socket.prototype._writeGeneric = function (...parts) {
    if (this.connecting) return send.apply(this, parts);
    say(leaving(this, ...parts));
    try {
      return send.apply(this, parts);
    } finally {
      words[NUMBER] = words[COUNT] = NOBODY;
    }
  };

  // What a connection brings is not about the request during which it was opened.
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...where) {
    return requests.exit(() => connect.apply(this, where));
  };
  const secure = tls.connect;
  tls.connect = (...where) => requests.exit(() => secure.apply(tls, where));
  Module.syncBuiltinESMExports();

  // Clients that ask later, from somebody else's callback, are to ask for whoever has asked them.
  const bound = (each) => (typeof each === "function" ? AsyncResource.bind(each) : each);
  const binding = (owner, name) => {
    const method = owner?.prototype?.[name];
    if (typeof method !== "function") return;
    owner.prototype[name] = function (...given) {
      return method.apply(this, given.map(bound));
    };
  };
  // Others keep what they are asked and send it later, all at once: for whom it was is remembered with each command.
  const askers = new WeakMap();
  const remember = (command) => {
    if (typeof command !== "object" || command === null || askers.has(command)) return;
    const request = requests.getStore();
    askers.set(command, request === undefined ? NOBODY : SURE + request);
  };
  const askerOf = (command) => askers.get(command) ?? NOBODY;
  const around = (owner, name, make) => {
    const method = owner?.prototype?.[name];
    if (typeof method === "function") owner.prototype[name] = make(method);
  };
  const remembering = (owner, name) =>
    around(
      owner,
      name,
      (method) =>
        function (command, ...rest) {
          remember(command);
          return method.call(this, command, ...rest);
        },
    );
  // ioredis: what stands in for the stream of a pipeline gathers its commands, and sends them as one.
  const gathering = (stream) => {
    const put = stream.write;
    if (stream[WRITTEN] !== undefined) return;
    const pieces = (stream[WRITTEN] = []);
    stream.write = function (writable) {
      pieces.push({ whose: asking ?? NOBODY, length: lengthOf(writable) });
      return forWhom(pieces, () => put.call(this, writable));
    };
  };
  const sendingEach = (redis) =>
    around(
      redis,
      "sendCommand",
      (method) =>
        function (command, stream, ...rest) {
          remember(command);
          if (stream?.isPipeline) gathering(stream);
          return forWhom(askerOf(command), () => method.call(this, command, stream, ...rest));
        },
    );
  // node-redis: what is encoded is its command's, and is written with that of others.
  const encoding = (encoder) => {
    const encode = encoder.default;
    if (typeof encode !== "function") return;
    encoder.default = (command) => {
      const encoded = encode(command);
      askers.set(encoded, askerOf(command));
      return encoded;
    };
  };
  const writingAll = (socket) =>
    around(
      socket,
      "write",
      (method) =>
        function (commands) {
          const told = function* () {
            for (const encoded of commands) {
              asking = askerOf(encoded);
              yield encoded;
            }
          };
          return forWhom(NOBODY, () => method.call(this, told()));
        },
    );
  const writingEach = (socket) =>
    around(
      socket,
      "writeCommand",
      (method) =>
        function (command, ...rest) {
          return forWhom(askerOf(command), () => method.call(this, command, ...rest));
        },
    );
  const submitting = (client) => {
    const query = client?.prototype?.query;
    if (typeof query !== "function") return;
    client.prototype.query = function (...given) {
      const asked = query.apply(this, given.map(bound));
      const queue = this._queryQueue ?? this.queryQueue;
      const last = Array.isArray(queue) ? queue.at(-1) : undefined;
      if (last && typeof last.submit === "function") last.submit = AsyncResource.bind(last.submit, undefined, last);
      return asked;
    };
  };
  const known = [
    [/\/pg-pool\/index\.js$/, (pool) => binding(pool, "connect")],
    [/\/@redis\/client\/dist\/lib\/client\/socket\.js$/, (of) => (writingAll(of.default), writingEach(of.default))],
    [/\/@redis\/client\/dist\/lib\/client\/commands-queue\.js$/, (queue) => remembering(queue.default, "addCommand")],
    [/\/@redis\/client\/dist\/lib\/client\/pool\.js$/, (pool) => binding(pool.RedisClientPool, "execute")],
    [/\/@redis\/client\/dist\/lib\/RESP\/encoder\.js$/, encoding],
    [/\/ioredis\/built\/(Redis|redis\/index)\.js$/, (redis) => sendingEach(redis.default)],
    [/\/ioredis\/built\/cluster\/index\.js$/, (cluster) => remembering(cluster.default, "sendCommand")],
    [/\/ioredis\/built\/[Pp]ipeline\.js$/, (pipeline) => remembering(pipeline.default, "sendCommand")],
    [/\/pg\/lib\/client\.js$/, submitting],
    [
      /\/mysql2\/lib\/(base\/)?pool\.js$/,
      (pool) => ["getConnection", "query", "execute"].forEach((each) => binding(pool, each)),
    ],
    [/\/mysql2\/lib\/(base\/)?connection\.js$/, (one) => ["query", "execute"].forEach((each) => binding(one, each))],
    [/\/mysql\/lib\/(Pool|Connection)\.js$/, (one) => ["getConnection", "query"].forEach((each) => binding(one, each))],
  ];
  const load = Module._extensions[".js"];
  Module._extensions[".js"] = function (module, path) {
    load.call(this, module, path);
    if (!path.includes("node_modules")) return;
    const found = known.find(([pattern]) => pattern.test(path));
    try {
      found?.[1](module.exports);
    } catch {
      // A version that looks otherwise is left as it is.
    }
  };

  // undici, Node's own and the package, writes a request when its connection is free.
  const creators = new WeakMap();
  const channels = require("node:diagnostics_channel");
  channels.subscribe("undici:request:create", ({ request }) => {
    const asker = requests.getStore();
    if (asker !== undefined) creators.set(request, asker);
  });
  channels.subscribe("undici:client:sendHeaders", ({ request, socket }) => {
    socket[ASKER] = creators.get(request) ?? NOBODY;
  });
})();
