/**
 * The stores that language runtimes and their packages bring along, for every runtime which the app may be started with:
 * certifi and its like of Python environments, cacerts of Java runtimes, bundles inside of gems and Perl modules.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { matching } from "./matching.ts";
import { realOnes } from "./system.ts";
import { textsOf } from "./texts.ts";
import type { Walked } from "./walk.ts";
import { pathsIn } from "./words.ts";

/** Where to look from. */
export interface Surroundings {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly home: string | null;
}

/** Real paths. */
export interface RuntimeStores {
  readonly python: readonly string[];
  readonly java: readonly string[];
  readonly others: readonly string[];
  /** Whether a Java runtime may be started whose store is not among these. */
  readonly isJavaUnknown: boolean;
}

export function runtimeStores(surroundings: Surroundings, walked: Walked): RuntimeStores {
  const programs = programsOf(surroundings);
  const { home } = surroundings;
  const inHome = (patterns: readonly string[]): string[] =>
    home === null ? [] : patterns.map((pattern) => `${home}/${pattern}`);
  const python = [...prefixesOf(programs, surroundings), ...walked.venvs, ...inHome(PYTHONS_AT_HOME)];
  const packages = [
    ...python.flatMap((prefix) => [`${prefix}/lib/python*/site-packages`, `${prefix}/lib64/python*/site-packages`]),
    ...PYTHON_PACKAGES,
    ...(surroundings.env["PYTHONPATH"] ?? "").split(":").filter((path) => path.startsWith("/")),
  ];
  const java = javaStores(programs, surroundings, inHome(JAVAS_AT_HOME));
  const found = realOnes([...java, ...walked.javaStores], "file");
  const others = [...OTHERS, ...inHome(OTHERS_AT_HOME), ...condaBundles(surroundings.env)];
  return {
    python: inEach(packages, PYTHON_BUNDLES),
    java: found,
    others: realOnes(others.flatMap(matching), "file"),
    isJavaUnknown: found.length === 0 && programs.some((path) => path.endsWith("/bin/java")),
  };
}

const PYTHON_BUNDLES = [
  "certifi/cacert.pem",
  "pip/_vendor/certifi/cacert.pem",
  "botocore/cacert.pem",
  "grpc/_cython/_credentials/roots.pem",
  "httplib2/cacerts.txt",
  "stripe/data/ca-certificates.crt",
  "requests/cacert.pem",
];

const PYTHON_PACKAGES = [
  "/usr/lib/python3/dist-packages",
  "/usr/lib/python*/dist-packages",
  "/usr/lib/python*/site-packages",
  "/usr/lib64/python*/site-packages",
  "/usr/local/lib/python*/dist-packages",
  "/usr/local/lib/python*/site-packages",
  "/usr/local/aws-cli/v2/current/dist/awscli",
];

const PYTHONS_AT_HOME = [
  ".local",
  ".pyenv/versions/*",
  ".local/share/uv/python/*",
  ".local/share/uv/tools/*",
  ".local/share/pipx/venvs/*",
  ".local/share/virtualenvs/*",
  ".cache/pypoetry/virtualenvs/*",
  ".virtualenvs/*",
  ".asdf/installs/python/*",
  ".local/share/mise/installs/python/*",
  "miniconda3",
  "anaconda3",
  "miniforge3",
];

const JAVAS_AT_HOME = [
  ".sdkman/candidates/java/*",
  ".asdf/installs/java/*",
  ".local/share/mise/installs/java/*",
  ".jdks/*",
  ".gradle/jdks/*",
];

const JAVAS = ["/usr/lib/jvm/*", "/usr/lib64/jvm/*", "/usr/java/*", "/opt/java/*", "/opt/*jdk*", "/usr/local/openjdk*"];
const JAVA_STORES = ["lib/security/cacerts", "lib/security/jssecacerts"];
/** Shared by the runtimes that a distribution packages. */
const JAVA_SHARED = [
  "/etc/ssl/certs/java/cacerts",
  "/etc/pki/ca-trust/extracted/java/cacerts",
  "/etc/pki/java/cacerts",
  "/var/lib/ca-certificates/java-cacerts",
];

const OTHERS = [
  "/usr/share/perl5/Mozilla/CA/cacert.pem",
  "/usr/local/share/perl*/*/Mozilla/CA/cacert.pem",
  "/usr/share/perl5/vendor_perl/Mozilla/CA/cacert.pem",
  "/var/lib/gems/*/gems/httpclient-*/lib/httpclient/cacert.pem",
  "/var/lib/gems/*/gems/stripe-*/lib/data/ca-certificates.crt",
  "/var/lib/gems/*/gems/certifi-*/*/cacert.pem",
];

const OTHERS_AT_HOME = [
  "perl5/lib/perl5/Mozilla/CA/cacert.pem",
  ".rbenv/versions/*/ssl/cert.pem",
  ".rbenv/versions/*/openssl/ssl/cert.pem",
  ".rbenv/versions/*/lib/ruby/gems/*/gems/httpclient-*/lib/httpclient/cacert.pem",
  ".rbenv/versions/*/lib/ruby/gems/*/gems/stripe-*/lib/data/ca-certificates.crt",
  ".gem/ruby/*/gems/httpclient-*/lib/httpclient/cacert.pem",
];

/** Conda's OpenSSL has a store of its own. */
const condaBundles = (env: Readonly<Record<string, string>>): string[] =>
  env["CONDA_PREFIX"] === undefined ? [] : [join(env["CONDA_PREFIX"], "ssl/cacert.pem")];

const inEach = (folders: readonly string[], names: readonly string[]): string[] => {
  const real = realOnes(folders.flatMap(matching), "directory");
  return realOnes(
    real.flatMap((folder) => names.map((name) => `${folder}/${name}`)),
    "file",
  );
};

/** The programs that the command names and those that a name would be looked up as, links not followed. */
function programsOf(surroundings: Surroundings): string[] {
  const { command, cwd, env, home } = surroundings;
  const folders = (env["PATH"] ?? "").split(":").filter((folder) => folder !== "");
  const words = [...new Set(command.split(/[\s;&|()<>"']+/))].slice(0, 32).filter((word) => /^[\w.+-]+$/.test(word));
  const names = [...words, "python3", "python", "java"];
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const texts = textsOf(surroundings);
  const wanted = [...texts.flatMap((text) => pathsIn(text, { cwd, home })), ...found];
  return wanted.filter((path) => realOnes([path], "file").length > 0);
}

/** Python's environments: where its programs are, and where the first lines of scripts say that they are. */
function prefixesOf(programs: readonly string[], { env }: Surroundings): string[] {
  const interpreters = programs.flatMap((path) => [path, ...scriptInterpreter(path)]);
  const prefixes = interpreters.filter((path) => /\/bin\/[^/]*$/.test(path)).map((path) => dirname(dirname(path)));
  const named = ["VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONUSERBASE", "PYTHONHOME"].flatMap((name) => env[name] ?? []);
  const versions = env["PYENV_ROOT"] === undefined ? [] : [`${env["PYENV_ROOT"]}/versions/*`];
  return [...new Set([...prefixes, ...named, ...versions])];
}

function scriptInterpreter(path: string): string[] {
  const head = Buffer.alloc(256);
  try {
    const fd = openSync(path, "r");
    try {
      readSync(fd, head);
    } finally {
      closeSync(fd);
    }
  } catch {
    return [];
  }
  const line = /^#! *(\/[^\s\0]+)/.exec(head.toString("latin1"));
  return line?.[1] === undefined ? [] : [line[1]];
}

function javaStores(programs: readonly string[], { env }: Surroundings, atHome: readonly string[]): string[] {
  const started = realOnes(
    programs.filter((path) => path.endsWith("/bin/java")),
    "file",
  );
  const named = ["JAVA_HOME", "JDK_HOME", "JRE_HOME", "GRAALVM_HOME"].flatMap((name) => env[name] ?? []);
  const homes = [
    ...started.map((path) => dirname(dirname(path))),
    ...named,
    ...[...JAVAS, ...atHome].flatMap(matching),
  ];
  return [
    ...JAVA_SHARED,
    ...homes.flatMap((each) => JAVA_STORES.flatMap((store) => [`${each}/${store}`, `${each}/jre/${store}`])),
  ];
}
