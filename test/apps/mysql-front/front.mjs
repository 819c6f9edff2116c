// Lets clients in as MySQL 8 does, by $PLUGIN (caching_sha2_password, sha256_password, mysql_clear_password), over TLS with
// $TLS (a JSON of cert and key) or under its own RSA key without; then hands them on to the MariaDB at $UPSTREAM. The only
// user is `app` with the password `secret`, who is proven in full the first time and by the cache then.
import { constants, createHash, generateKeyPairSync, privateDecrypt, randomInt } from "node:crypto";
import { connect, createServer } from "node:net";
import { TLSSocket } from "node:tls";

const { PLUGIN, UPSTREAM, TLS = "" } = process.env;
const secret = "secret";
const CAN_TLS = 1 << 11;
const CAN_DATABASE = 1 << 3;
/** What MySQL 8 and MariaDB understand alike: no compression, no attributes, no MariaDB's own; but bit 0, which is MySQL's. */
const offered = (upstream) => ((upstream & 0x01afffdf & ~CAN_TLS) | 1 | (TLS === "" ? 0 : CAN_TLS)) >>> 0;

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = publicKey.export({ type: "spki", format: "pem" });
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const sha1 = (...parts) => createHash("sha1").update(Buffer.concat(parts)).digest();
const mixed = (a, b) => Buffer.from(a.map((byte, at) => byte ^ b[at % b.length]));
const known = new Set();

/** Packets as they come, one for each `next`. */
class Packets {
  constructor(socket) {
    this.socket = socket;
    this.held = Buffer.alloc(0);
    this.take = (bytes) => {
      this.held = Buffer.concat([this.held, bytes]);
      this.look?.();
    };
    socket.on("data", this.take);
  }

  async next() {
    for (;;) {
      if (this.held.length >= 4 && this.held.length >= 4 + this.held.readUIntLE(0, 3)) break;
      await new Promise((resolve) => (this.look = resolve));
    }
    const end = 4 + this.held.readUIntLE(0, 3);
    const packet = { sequence: this.held[3], payload: this.held.subarray(4, end) };
    this.held = this.held.subarray(end);
    return packet;
  }

  send(payload, sequence) {
    const head = Buffer.alloc(4);
    head.writeUIntLE(payload.length, 0, 3);
    head[3] = sequence;
    this.socket.write(Buffer.concat([head, payload]));
  }

  /** No more is read here. */
  rest() {
    this.socket.off("data", this.take);
    return this.held;
  }
}

const zero = Buffer.alloc(1);
const text = (words) => Buffer.concat([Buffer.from(words), zero]);

function greeting(capabilities, salt) {
  const head = Buffer.concat([Buffer.of(10), text("8.4.6"), Buffer.of(7, 0, 0, 0), salt.subarray(0, 8), zero]);
  const middle = Buffer.alloc(2 + 1 + 2 + 2 + 1 + 10);
  middle.writeUInt16LE(capabilities & 0xffff, 0);
  middle[2] = 255;
  middle.writeUInt16LE(2, 3);
  middle.writeUInt16LE(capabilities >>> 16, 5);
  middle[7] = 21;
  const plugin = PLUGIN === "mysql_clear_password" ? "caching_sha2_password" : PLUGIN;
  return Buffer.concat([head, middle, salt.subarray(8), zero, text(plugin)]);
}

/** User, proof, database and plug-in, for clients that name plug-ins. */
function helloIn(payload) {
  const capabilities = payload.readUInt32LE(0);
  let at = 32;
  const upTo = () => {
    const end = payload.indexOf(0, at);
    const found = payload.toString("utf8", at, end);
    at = end + 1;
    return found;
  };
  const user = upTo();
  const length = payload[at++];
  const proof = payload.subarray(at, at + length);
  at += length;
  return {
    capabilities,
    charset: payload[8],
    user,
    proof,
    database: (capabilities & CAN_DATABASE) === 0 ? "" : upTo(),
    plugin: upTo(),
  };
}

async function isKnownPassword(client, { salt, plugin, isTls, proof, sequence }) {
  const plain = (payload) => payload.equals(text(secret));
  const encrypted = (payload) =>
    plain(mixed(privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, payload), salt));
  const byKey = async (at) => {
    client.send(Buffer.concat([Buffer.of(1), Buffer.from(pem)]), at);
    const packet = await client.next();
    return [encrypted(packet.payload), packet.sequence];
  };
  if (plugin === "mysql_clear_password") return [plain(proof), sequence];
  if (plugin === "sha256_password") {
    if (isTls) return [plain(proof), sequence];
    return proof.length === 1 && proof[0] === 1 ? await byKey(sequence + 1) : [encrypted(proof), sequence];
  }
  const once = sha256(Buffer.from(secret));
  if (known.has("app")) {
    client.send(Buffer.of(1, 3), sequence + 1);
    return [proof.equals(mixed(once, sha256(sha256(once), salt))), sequence + 1];
  }
  client.send(Buffer.of(1, 4), sequence + 1);
  const answer = await client.next();
  const asksKey = answer.payload.length === 1 && answer.payload[0] === 2;
  const [isRight, last] = asksKey ? await byKey(answer.sequence + 1) : [isTls ? plain(answer.payload) : encrypted(answer.payload), answer.sequence]; // prettier-ignore
  known.add("app");
  return [isRight, last];
}

/** As a driver of MariaDB's logs in, for the client. */
async function upstreamFor({ capabilities, charset, database }, server, challenge) {
  const salt = Buffer.concat([challenge.salt1, challenge.salt2]);
  const once = sha1(Buffer.from(secret));
  const proof = mixed(once, sha1(salt, sha1(once)));
  const head = Buffer.alloc(32);
  head.writeUInt32LE((capabilities & ~CAN_TLS & ~(1 << 20) & ~(1 << 21)) >>> 0, 0);
  head.writeUInt32LE(0xffffff, 4);
  head[8] = charset;
  const name = (capabilities & CAN_DATABASE) === 0 ? Buffer.alloc(0) : text(database);
  server.send(Buffer.concat([head, text("app"), Buffer.of(20), proof, name, text("mysql_native_password")]), 1);
  return await server.next();
}

function challengeIn(payload) {
  const at = payload.indexOf(0, 1) + 1 + 4;
  const low = payload.readUInt16LE(at + 9);
  const high = payload.readUInt16LE(at + 14);
  return {
    salt1: payload.subarray(at, at + 8),
    salt2: payload.subarray(at + 27, at + 39),
    capabilities: (low | (high << 16)) >>> 0,
  };
}

async function serve(raw, upstream) {
  const server = new Packets(upstream);
  const challenge = challengeIn((await server.next()).payload);
  const salt = Buffer.from(Array.from({ length: 20 }, () => randomInt(1, 128)));
  let client = new Packets(raw);
  client.send(greeting(offered(challenge.capabilities), salt), 0);
  let packet = await client.next();
  const isTls = packet.payload.length === 32;
  if (isTls) {
    const early = client.rest();
    raw.pause();
    if (early.length > 0) raw.unshift(early);
    // As mysqld does: it takes a certificate where a client has one.
    const asks = { requestCert: true, rejectUnauthorized: false };
    const over = new TLSSocket(raw, { isServer: true, ...JSON.parse(TLS), ...asks });
    over.on("error", () => raw.destroy());
    client = new Packets(over);
    packet = await client.next();
  }
  const hello = helloIn(packet.payload);
  let { plugin, proof } = hello;
  if (plugin !== PLUGIN) {
    plugin = PLUGIN;
    client.send(Buffer.concat([Buffer.of(254), text(PLUGIN), salt, zero]), packet.sequence + 1);
    packet = await client.next();
    proof = packet.payload;
  }
  const [isRight, sequence] = await isKnownPassword(client, { salt, plugin, isTls, proof, sequence: packet.sequence });
  if (!isRight || hello.user !== "app") {
    client.send(
      Buffer.concat([Buffer.of(255, 0x15, 4), Buffer.from(`#28000Access denied for user '${hello.user}'`)]),
      sequence + 1,
    );
    return client.socket.end();
  }
  client.send((await upstreamFor(hello, server, challenge)).payload, sequence + 1);
  upstream.write(client.rest());
  client.socket.write(server.rest());
  client.socket.pipe(upstream);
  upstream.pipe(client.socket);
}

createServer((raw) => {
  const upstream = connect(Number(UPSTREAM), "127.0.0.1");
  raw.setNoDelay(true);
  upstream.setNoDelay(true);
  const end = () => {
    raw.destroy();
    upstream.destroy();
  };
  for (const socket of [raw, upstream]) socket.on("error", end).on("close", end);
  serve(raw, upstream).catch((error) => {
    console.error(String(error.stack));
    end();
  });
}).listen(0, "127.0.0.1", function () {
  console.log(this.address().port);
});
