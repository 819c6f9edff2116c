import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { runtimeStores } from "../../../src/target/trust/runtimes.ts";
import { walk } from "../../../src/target/trust/walk.ts";
import { Folder } from "../../support/folder.ts";

const put = (folder: Folder, name: string, text = ""): string => {
  mkdirSync(dirname(folder.at(name)), { recursive: true });
  writeFileSync(folder.at(name), text);
  chmodSync(folder.at(name), 0o755);
  return realpathSync(folder.at(name));
};
const packages = "lib/python3.11/site-packages";

test("Python's environments are found by PATH, variable, script and directory", () => {
  using folder = new Folder();
  const stores = ["path", "variable", "script", "app/inside"].map((name) =>
    put(folder, `${name}/${packages}/certifi/cacert.pem`),
  );
  put(folder, "path/bin/python3");
  put(folder, "script/bin/python");
  put(folder, "app/inside/pyvenv.cfg");
  put(folder, "tools/serve", `#!${folder.at("script/bin/python")}\n`);
  const env = { PATH: [folder.at("path/bin"), folder.at("tools")].join(":"), VIRTUAL_ENV: folder.at("variable") };
  const surroundings = { command: "serve --all", cwd: folder.at("app"), env, home: null };
  const { python } = runtimeStores(surroundings, walk(folder.at("app")));
  expect(python).toEqual(expect.arrayContaining(stores));
});

test("Java's are found through links of PATH, by JAVA_HOME and below the home, the old place too", () => {
  using folder = new Folder();
  const stores = [
    put(folder, "linked/lib/security/cacerts"),
    put(folder, "named/jre/lib/security/cacerts"),
    put(folder, "home/.sdkman/candidates/java/21/lib/security/cacerts"),
    put(folder, "app/runtime/lib/security/cacerts"),
  ];
  put(folder, "linked/bin/java");
  mkdirSync(folder.at("bin"));
  symlinkSync(folder.at("linked/bin/java"), folder.at("bin/java"));
  const env = { PATH: folder.at("bin"), JAVA_HOME: folder.at("named") };
  const surroundings = { command: "java -jar x.jar", cwd: folder.at("app"), env, home: folder.at("home") };
  const { java, isJavaUnknown } = runtimeStores(surroundings, walk(folder.at("app")));
  expect(java).toEqual(expect.arrayContaining(stores));
  expect(isJavaUnknown).toBe(false);
});
