/** The messages are BoringSSL's, as tls-line.test.ts and upstream.test.ts meet them. */
import { expect, test } from "bun:test";
import { closedFailure, engineFailure } from "../../../src/proxy/tls/failure.ts";

const ssl = (reason: string) => ({ code: "EPROTO", message: `error:10000418:SSL routines:OPENSSL_internal:${reason}` });

test("alerts have their names, in clear before sealed", () => {
  const named = (reason: string, alert: string | null) => engineFailure(ssl(reason), alert)?.alert;
  expect(named("TLSV1_ALERT_UNKNOWN_CA", null)).toBe("unknown_ca");
  expect(named("SSLV3_ALERT_BAD_CERTIFICATE", null)).toBe("bad_certificate");
  expect(named("TLSV1_UNRECOGNIZED_NAME", null)).toBe("unrecognized_name");
  expect(named("BAD_PACKET_LENGTH", "unknown_ca")).toBe("unknown_ca");
});

test("what is refused here is told as such, and a line that went is left to its close", () => {
  expect(engineFailure(ssl("WRONG_VERSION_NUMBER"), null)).toMatchObject({
    kind: "ours",
    message: "sent what is refused here: wrong version number",
  });
  expect(engineFailure({ code: "ECONNRESET", message: "read ECONNRESET" }, null)).toBeNull();
  expect(closedFailure(true, null)).toMatchObject({ kind: "reset", alert: null });
  expect(closedFailure(false, "close_notify")).toMatchObject({ kind: "ended", alert: null });
  expect(closedFailure(false, "unknown_ca")).toMatchObject({ kind: "alert", alert: "unknown_ca" });
});
