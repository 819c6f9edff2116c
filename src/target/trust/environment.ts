/**
 * The variables by which runtimes are told whom to trust. A variable that the user has set keeps its meaning: what it
 * names is added to where it lies. Variables that would override the settings of a tool, or an app's own word that it
 * does not verify (REQUESTS_CA_BUNDLE goes before `session.verify = False`), are set only where no file can be put in
 * place of the tool's own: httpx, which knows certifi's roots alone, goes by SSL_CERT_FILE where it is set, and would trust
 * the system's too.
 */
export interface NamedFiles {
  /** The system's roots and ours. */
  readonly bundle: string;
  /** The authorities of what such runtimes know by themselves, for those that have roots of their own; with what the user's variable names, where it is set. */
  readonly nodeExtra: string | null;
  readonly denoExtra: string | null;
  /** A store of Java's; `null` where every runtime's own is replaced. */
  readonly java: string | null;
}

export interface EnvironmentFacts {
  readonly env: Readonly<Record<string, string>>;
  readonly hasPythonStores: boolean;
  /** Whether a program may be started that refuses to run where PGCHANNELBINDING is set. */
  readonly refusesChannelBinding: boolean;
}

export const JAVA_STORE_PASSWORD = "changeit";

/** What is added to the app's environment, or stands there in place of what it had. */
export function trustEnvironment(files: NamedFiles | null, facts: EnvironmentFacts): Record<string, string> {
  const { env, hasPythonStores, refusesChannelBinding } = facts;
  const added: Record<string, string> = {};
  const unlessSet = (name: string, value: string, ...others: readonly string[]): void => {
    if ([name, ...others].every((each) => (env[each] ?? "") === "")) added[name] = value;
  };
  // A certificate that a SCRAM exchange is bound to is ours here and the server's there.
  if (!refusesChannelBinding) unlessSet("PGCHANNELBINDING", "disable");
  if (files === null) return added;
  unlessSet("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", files.bundle);
  unlessSet("PERL_LWP_SSL_CA_FILE", files.bundle, "PERL_LWP_SSL_CA_PATH", "HTTPS_CA_FILE", "HTTPS_CA_DIR");
  if (!hasPythonStores) {
    unlessSet("SSL_CERT_FILE", files.bundle, "SSL_CERT_DIR");
    unlessSet("REQUESTS_CA_BUNDLE", files.bundle, "CURL_CA_BUNDLE");
  }
  if (files.nodeExtra !== null) added["NODE_EXTRA_CA_CERTS"] = files.nodeExtra;
  if (files.denoExtra !== null) added["DENO_CERT"] = files.denoExtra;
  if (files.java !== null) Object.assign(added, javaOptions(files.java, env));
  return added;
}

/** It makes every Java program print a line, so it is the last resort. */
function javaOptions(store: string, env: Readonly<Record<string, string>>): Record<string, string> {
  const given = env["JAVA_TOOL_OPTIONS"] ?? "";
  if (given.includes("-Djavax.net.ssl.trustStore=")) return {};
  const options = { trustStore: store, trustStoreType: "PKCS12", trustStorePassword: JAVA_STORE_PASSWORD };
  const ours = Object.entries(options).map(([name, value]) => `-Djavax.net.ssl.${name}=${value}`);
  return { JAVA_TOOL_OPTIONS: [given, ...ours].filter((part) => part !== "").join(" ") };
}
