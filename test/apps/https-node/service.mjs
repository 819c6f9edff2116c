/**
 * A service that asks an HTTPS API what it is asked, by the client that the first part of the path names. Runs in Node,
 * and in Bun for its fetch.
 */
import { createServer } from "node:http";
import { Agent, request } from "node:https";
import { checkServerIdentity } from "node:tls";

const bodyOf = async (incoming) => {
  const parts = [];
  for await (const part of incoming) parts.push(part);
  return Buffer.concat(parts);
};

const headers = (body) =>
  body.length > 0 ? { "content-type": "application/json", "content-length": body.length } : {};

/** By node:https with an agent of these options. */
const byHttps = (options) => {
  const agent = new Agent({ keepAlive: true, ...options });
  return (url, method, body) =>
    new Promise((resolve, reject) => {
      const asked = request(url, { method, agent, headers: headers(body) }, (response) => {
        bodyOf(response).then((said) => resolve([response.statusCode, said.toString()]), reject);
      });
      asked.on("error", reject);
      asked.end(body);
    });
};

/** By a function like fetch. */
const byFetch = (fetch, options) => async (url, method, body) => {
  const more = body.length > 0 ? { body, headers: { "content-type": "application/json" } } : {};
  const response = await fetch(url, { method, ...more, ...options });
  return [response.status, await response.text()];
};

const byUndici = async (options) => {
  const { Agent: UndiciAgent, ProxyAgent, request: ask } = await import("undici");
  const proxy = process.env.HTTPS_PROXY;
  const dispatcher = proxy
    ? new ProxyAgent({ uri: proxy, requestTls: options })
    : new UndiciAgent({ connect: options });
  return async (url, method, body) => {
    const asked = await ask(url, { method, dispatcher, headers: headers(body), body: body.length > 0 ? body : null });
    return [asked.statusCode, await asked.body.text()];
  };
};

const pinned = (host, certificate) => {
  const wrong = checkServerIdentity(host, certificate);
  if (wrong) return wrong;
  if (certificate.fingerprint256.replaceAll(":", "").toLowerCase() === process.env.PIN) return undefined;
  return new Error("the certificate is not the pinned one");
};

const insecure = { rejectUnauthorized: false };
const clients = process.versions.bun
  ? { "bun-fetch": byFetch(fetch, {}), "bun-fetch insecure": byFetch(fetch, { tls: insecure }) }
  : {
      https: byHttps({}),
      "https insecure": byHttps(insecure),
      pinned: byHttps({ checkServerIdentity: pinned }),
      undici: await byUndici({}),
      "undici insecure": await byUndici(insecure),
      fetch: byFetch(fetch, {}),
    };

/** The causes too: what is wrong with a certificate is often only said there. */
const told = (error) => `${error.code ?? error.name}: ${error.message}${error.cause ? `: ${told(error.cause)}` : ""}`;

createServer(async (incoming, outgoing) => {
  const [, kind, path] = /^\/([^/]+)(.*)$/.exec(incoming.url);
  const { "x-api": api = process.env.API, "x-insecure": isInsecure } = incoming.headers;
  try {
    const ask = clients[isInsecure ? `${kind} insecure` : kind];
    const [status, said] = await ask(api + path, incoming.method, await bodyOf(incoming));
    outgoing.writeHead(200, { "content-type": "text/plain" });
    outgoing.end(`${status} ${said}`);
  } catch (error) {
    outgoing.writeHead(502, { "content-type": "text/plain" });
    outgoing.end(told(error));
  }
}).listen(Number(process.env.PORT), "127.0.0.1");
