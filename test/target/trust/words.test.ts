import { expect, test } from "bun:test";
import { passwordsIn, pathsIn } from "../../../src/target/trust/words.ts";

const at = { cwd: "/app", home: "/home/ann" };

test("paths are found in connection strings, options, lists and shell lines", () => {
  const all = (text: string) => pathsIn(text, at);
  expect(all("postgres://u:p@db/shop?sslmode=verify-full&sslrootcert=/run/ca.pem")).toContain("/run/ca.pem");
  expect(all("postgres://u@db/shop?sslrootcert=%2Fetc%2Fmy%20ca.pem")).toContain("/etc/my ca.pem");
  expect(all("host=db sslrootcert='certs/root.crt'")).toContain("/app/certs/root.crt");
  expect(all("NODE_EXTRA_CA_CERTS=./ca.pem node server.js")).toEqual(
    expect.arrayContaining(["/app/ca.pem", "/app/server.js"]),
  );
  expect(all("java -Djavax.net.ssl.trustStore=/t/store.jks -jar shop.jar")).toContain("/t/store.jks");
  expect(all("/a/ca.pem:/b/ca.pem")).toEqual(expect.arrayContaining(["/a/ca.pem", "/b/ca.pem"]));
  expect(all("file:///etc/x.pem file:/etc/y.pem")).toEqual(expect.arrayContaining(["/etc/x.pem", "/etc/y.pem"]));
  expect(all("~/.certs/ca.pem $HOME/b.pem")).toEqual(
    expect.arrayContaining(["/home/ann/.certs/ca.pem", "/home/ann/b.pem"]),
  );
  expect(pathsIn("~/ca.pem", { cwd: "/app", home: null })).toEqual([]);
  expect(all("--verbose -x %zz")).toEqual(["/app/%zz"]);
});

test("settings name a store's password in their own ways", () => {
  const first = (text: string) => passwordsIn([text], {})[0];
  expect(first("server:\n  ssl:\n    trust-store-password: s3cret\n")).toBe("s3cret");
  expect(first("app.truststore.password = s3cret\n")).toBe("s3cret");
  expect(first('{ "keyStorePassword": "s3cret" }')).toBe("s3cret");
  expect(first("trust-store-password:\n")).toBe("changeit");
});

test("passwords are those of options and of variables that name a store, then what Java's tools propose", () => {
  const env = { DB_PASSWORD: "no", TRUSTSTORE_PASSWORD: "yes", JAVA_OPTS: "-Djavax.net.ssl.trustStorePassword=opt" };
  expect(passwordsIn(["java -Djavax.net.ssl.keyStorePassword='k' -jar x"], env)).toEqual([
    "k",
    "opt",
    "yes",
    "changeit",
    "",
    "changeme",
    "password",
  ]);
  expect(passwordsIn(["java -Djavax.net.ssl.trustStorePassword=cmd"], {})[0]).toBe("cmd");
});
