/** Why there is no TLS on a line, as a value that a relay can act on and a report can print. */
import type { EngineError } from "./engine.ts";

export interface TlsFailure {
  readonly is: "failed";
  /** The far end sent an alert, ended, or reset; or `ours`: what it said is refused at this end. */
  readonly kind: "alert" | "ended" | "reset" | "ours";
  /** The alert's name as RFC 8446 spells it, where the far end sent one. */
  readonly alert: string | null;
  /** The far end had shown a certificate by then. */
  readonly hasCertificate: boolean;
  /** A clause without a subject: "sent the alert unknown_ca". */
  readonly message: string;
}

const alertFailure = (alert: string): TlsFailure => ({
  is: "failed",
  kind: "alert",
  alert,
  hasCertificate: false,
  message: `sent the alert ${alert}`,
});

/** BoringSSL tells of the far end's alerts in its reasons alone: `SSLV3_ALERT_BAD_CERTIFICATE`, `TLSV1_ALERT_UNKNOWN_CA`. */
const alertReason = /:(?:SSLV3|TLSV1)_ALERT_(\w+)/;
const nameReason = /:TLSV1_(UNRECOGNIZED_NAME|UNSUPPORTED_EXTENSION|CERTIFICATE_REQUIRED)/;

/** The engine gave up; `alert` is one that came in clear. `null` where the line went, which its close tells better. */
export const engineFailure = (error: EngineError | null, alert: string | null): TlsFailure | null => {
  const message = error?.message ?? "";
  const sealed = (alertReason.exec(message) ?? nameReason.exec(message))?.[1]?.toLowerCase() ?? null;
  const name = alert ?? sealed;
  if (name !== null && name !== "close_notify") return alertFailure(name);
  if (error?.code === "ECONNRESET") return null;
  const reason = message.split(":").at(-1)?.toLowerCase().replaceAll("_", " ") ?? "";
  return {
    is: "failed",
    kind: "ours",
    alert: null,
    hasCertificate: false,
    message: `sent what is refused here: ${reason}`,
  };
};

/** The line was gone before the handshake was done, or broke after it. */
export const closedFailure = (isReset: boolean, alert: string | null): TlsFailure => {
  if (alert !== null && alert !== "close_notify") return alertFailure(alert);
  const message = isReset ? "reset the connection" : "closed the connection";
  return { is: "failed", kind: isReset ? "reset" : "ended", alert: null, hasCertificate: false, message };
};
