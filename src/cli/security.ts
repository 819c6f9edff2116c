/**
 * TLS for one run, from the flags and what the machine has: the authorities in whose name the app is answered
 * (proxy/tls), and the app as it must be started to trust them (target/trust). The authorities live as long as this
 * process and nowhere else.
 */
import { type Authority, createAuthority } from "../proxy/tls/authority.ts";
import type { TlsOptions } from "../proxy/tls/tls-options.ts";
import type { App, PreparedApp } from "../target/native.ts";
import { surroundingsOf } from "../target/surroundings.ts";
import { prepareTrust } from "../target/trust/prepare.ts";
import { ownerOf } from "../target/user.ts";
import { resolve } from "node:path";
import type { Call } from "./call.ts";
import { clientCertificateOf } from "./client-certificates.ts";
import { openKeyLog } from "./key-log.ts";

export interface Security {
  readonly tls: TlsOptions;
  readonly app: PreparedApp;
  /** What the app may have been told, for sessions that need it. */
  readonly surroundings: readonly string[];
  /** Closes the key log. */
  close(): void;
}

export interface SecurityOptions {
  /** In a test nobody is verified, and one authority stands for every store. */
  readonly purpose: "record" | "test";
  /** When certificates are to be valid; milliseconds since the epoch. */
  readonly instants: readonly number[];
}

/** Rejects with a UsageError where a file that a flag names is not what it should be. */
export const openSecurity = async (call: Call, app: App, options: SecurityOptions): Promise<Security> => {
  const { settings, output, world } = call;
  const { instants } = options;
  const clientCertificates = settings.clientCert.map((value) => clientCertificateOf(value, world.cwd));
  const authorityFor = authorities(options);
  const { command, cwd, env } = app;
  const told = { command, cwd, env, home: app.user?.home ?? env["HOME"] ?? null };
  const trust = await prepareTrust({
    ...told,
    extraFiles: settings.trust.map((file) => resolve(world.cwd, file)),
    authorityFor: (name) => authorityFor(name).certificate,
  });
  for (const note of trust.notes) output.debug(`trust: ${note}`);
  const owner = app.user === null ? null : ownerOf(app.user);
  const keyLog = settings.keylog === null ? null : openKeyLog(resolve(world.cwd, settings.keylog), owner);
  return {
    tls: {
      stores: trust.stores.map(({ name, roots, bundles }) => ({
        name,
        roots,
        authority: authorityFor(name),
        isPrivate: !bundles.includes(0),
      })),
      untrusted: createAuthority({ name: UNTRUSTED, instants }),
      clientCertificates,
      keyLog: keyLog === null ? null : (line) => keyLog.line(line),
    },
    app: { ...app, env: { ...env, ...trust.env }, files: trust.files },
    surroundings: [...given(settings.mongoPassword), ...surroundingsOf(told)],
    close: () => keyLog?.close(),
  };
};

/** What is told by a flag goes before what is found, in the form in which passwords are found first. */
const given = (password: string | null): readonly string[] =>
  password === null ? [] : [`given://:${encodeURIComponent(password)}@`];

/** What an app's own message names as the issuer. */
const UNTRUSTED = "untrusted: the server failed verification";
const TRUSTED = "Reprise run CA";

/** One for each store, or one for all; the first is called like the rest, with a number from the second on. */
const authorities = ({ purpose, instants }: SecurityOptions): ((store: string) => Authority) => {
  const made = new Map<string, Authority>();
  return (store) => {
    const key = purpose === "test" ? "" : store;
    const name = made.size === 0 ? TRUSTED : `${TRUSTED} ${made.size + 1}`;
    const authority = made.get(key) ?? createAuthority({ name, instants });
    made.set(key, authority);
    return authority;
  };
};
