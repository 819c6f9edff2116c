/*
 * Loaded into Node programs that are recorded, by NODE_OPTIONS. It says which incoming request the running code works for,
 * at each moment at which the program sends on a socket: a number in a page of memory of its own, which the kernel's program
 * reads while the bytes leave. It opens nothing, sends nothing, waits for nothing; nobody who looks is nobody's harm.
 *
 * The page: 32 bytes by which it is found, the thread, and the number, 8 bytes each.
 */
"use strict";
(() => {
  const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks");
  const fs = require("node:fs");
  const http = require("node:http");
  const https = require("node:https");
  const Module = require("node:module");
  const net = require("node:net");

  // Alone between pages that nobody may touch, so that it is found by its size.
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const words = new Uint32Array(buffer);
  const thread = Number(/\d+$/.exec(fs.readlinkSync("/proc/thread-self"))[0]);
  const [THREAD, NUMBER] = [8, 10];
  words[THREAD] = thread;
  // Numbers differ between the threads of a process.
  words[NUMBER + 1] = thread & 0xfffff;
  Buffer.from(buffer).write("reprise: whom the code works for", "latin1");

  const requests = new AsyncLocalStorage();
  // Of a client's connection the request at hand; of what is written, and by whom.
  const [SERVED, WRITTEN] = [Symbol("served"), Symbol("written")];
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

  // What is written may leave later, with what others have written: then it is nobody's.
  const MIXED = 0;
  const write = net.Socket.prototype.write;
  net.Socket.prototype.write = function (...parts) {
    const request = requests.getStore() ?? 0;
    const before = this[WRITTEN];
    this[WRITTEN] = before === undefined || before === request ? request : MIXED;
    return write.apply(this, parts);
  };
  const send = net.Socket.prototype._writeGeneric;
  net.Socket.prototype._writeGeneric = function (...parts) {
    if (this.connecting) return send.apply(this, parts);
    words[NUMBER] = this[SERVED] ?? this[WRITTEN] ?? requests.getStore() ?? 0;
    this[WRITTEN] = undefined;
    try {
      return send.apply(this, parts);
    } finally {
      words[NUMBER] = 0;
    }
  };

  // What a connection brings is not about the request during which it was opened.
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...where) {
    return requests.exit(() => connect.apply(this, where));
  };

  // Clients that ask later, from somebody else's callback, are to ask for whoever has asked them.
  const bound = (each) => (typeof each === "function" ? AsyncResource.bind(each) : each);
  const binding = (owner, name) => {
    const method = owner?.prototype?.[name];
    if (typeof method !== "function") return;
    owner.prototype[name] = function (...given) {
      return method.apply(this, given.map(bound));
    };
  };
  // Others gather what many have asked and send it when one of them does: that one is not to be taken for all.
  const mixing = (owner, name) => {
    const method = owner?.prototype?.[name];
    if (typeof method !== "function") return;
    owner.prototype[name] = function (...given) {
      return requests.exit(() => method.apply(this, given));
    };
  };
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
    [/\/@redis\/client\/dist\/lib\/client\/socket\.js$/, (socket) => mixing(socket.default, "write")],
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
  const asking = new WeakMap();
  const channels = require("node:diagnostics_channel");
  channels.subscribe("undici:request:create", ({ request }) => {
    const asker = requests.getStore();
    if (asker !== undefined) asking.set(request, asker);
  });
  channels.subscribe("undici:client:sendHeaders", ({ request, socket }) => {
    socket[WRITTEN] = asking.get(request) ?? 0;
  });
})();
