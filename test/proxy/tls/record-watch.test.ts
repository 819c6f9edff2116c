/** Records by hand after RFC 8446, 5.1; the real streams are tls-line.test.ts's. */
import { expect, test } from "bun:test";
import { alertCode, RecordWatch } from "../../../src/proxy/tls/record-watch.ts";

const record = (type: number, body: readonly number[]): Uint8Array =>
  Uint8Array.of(type, 3, 3, body.length >> 8, body.length & 255, ...body);
const sealed = (length: number): Uint8Array =>
  record(
    23,
    Array.from({ length: length + 17 }, () => 7),
  );
const watching = (...chunks: readonly Uint8Array[]): RecordWatch => {
  const watch = new RecordWatch({ isClientWatched: false });
  for (const chunk of chunks) watch.raw(chunk);
  return watch;
};

test("an alert in clear is named, also byte by byte, and a sealed one is not", () => {
  const alert = record(21, [2, 48]);
  expect(watching(alert).alert).toBe("unknown_ca");
  expect(watching(...Array.from(alert, (byte) => Uint8Array.of(byte))).alert).toBe("unknown_ca");
  expect(watching(record(21, [2, 200])).alert).toBe("alert 200");
  expect(watching(record(21, [2, 48, 1, 1])).alert).toBeNull();
  expect(watching(sealed(2)).alert).toBeNull();
});

test("an alert's name leads back to its byte", () => {
  expect(["close_notify", "protocol_version", "alert 200", "of another time"].map(alertCode)).toEqual([0, 70, 200, 40]);
});

test("TLS 1.2 ends with an alert's record, and nothing half may follow", () => {
  expect(watching(sealed(9), record(21, [0, 0])).endsCleanly("TLSv1.2")).toBeTrue();
  expect(watching(sealed(9)).endsCleanly("TLSv1.2")).toBeFalse();
  expect(watching(record(21, [0, 0]), Uint8Array.of(23, 3)).endsCleanly("TLSv1.2")).toBeFalse();
});

test("TLS 1.3: two sealed bytes are an alert unless they came out as data", () => {
  expect(watching(sealed(2)).endsCleanly("TLSv1.3")).toBeTrue();
  const data = watching(sealed(2));
  data.plain(2);
  expect(data.endsCleanly("TLSv1.3")).toBeFalse();
  const both = watching(new Uint8Array([...sealed(5), ...sealed(2)]));
  both.plain(5);
  expect(both.endsCleanly("TLSv1.3")).toBeTrue();
  expect(watching(sealed(30)).endsCleanly("TLSv1.3")).toBeFalse();
});

test("a client's Finished is no data", () => {
  const watch = new RecordWatch({ isClientWatched: true });
  watch.raw(new Uint8Array([...sealed(36), ...sealed(2)]));
  watch.plain(2);
  expect(watch.endsCleanly("TLSv1.3")).toBeFalse();
});
