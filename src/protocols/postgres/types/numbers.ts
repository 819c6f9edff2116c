/** Integers, floats and booleans: big-endian two's complement, IEEE 754, one byte. Counterpart of pgtype's int and float. */
import { fill, type ValueCodec, viewOf } from "./value-codec.ts";

const INTEGER = /^\s*[+-]?\d{1,20}\s*$/;

function integer(size: 2 | 4 | 8, signed: boolean): ValueCodec {
  const bits = size * 8;
  return {
    toText(bytes) {
      if (bytes.length !== size) return undefined;
      const view = viewOf(bytes);
      if (size === 8) return String(signed ? view.getBigInt64(0) : view.getBigUint64(0));
      if (size === 2) return String(view.getInt16(0));
      return String(signed ? view.getInt32(0) : view.getUint32(0));
    },
    toBinary(text) {
      if (!INTEGER.test(text)) return undefined;
      const value = BigInt(text.trim().replace(/^\+/, ""));
      const fits = signed ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value;
      if (!fits) return undefined;
      return fill(size, (view) => {
        if (size === 8) view.setBigInt64(0, value);
        else if (size === 4) view.setInt32(0, Number(value));
        else view.setInt16(0, Number(value));
      });
    },
  };
}

/** Shortest digits that give the same float again, laid out as PostgreSQL does. */
function layOut(value: number, shortest: string, digits: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(shortest);
  if (parts === null) return shortest;
  const [, , first = "0", rest = "", power = "0"] = parts;
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    const magnitude = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${first}${rest === "" ? "" : `.${rest}`}e${exponent < 0 ? "-" : "+"}${magnitude}`;
  }
  const all = first + rest;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${all}`;
  if (all.length <= exponent + 1) return sign + all.padEnd(exponent + 1, "0");
  return `${sign}${all.slice(0, exponent + 1)}.${all.slice(exponent + 1)}`;
}

function shortestSingle(value: number): string {
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text.replace(/(?:\.0+|(\.\d*?)0+)e/, "$1e");
  }
  return value.toExponential();
}

const FLOAT = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

function parseFloatText(text: string): number | undefined {
  if (FLOAT.test(text)) return Number(text);
  const word = text.trim().toLowerCase();
  if (word === "nan") return Number.NaN;
  if (word === "infinity" || word === "inf" || word === "+infinity") return Number.POSITIVE_INFINITY;
  return word === "-infinity" || word === "-inf" ? Number.NEGATIVE_INFINITY : undefined;
}

function float(size: 4 | 8): ValueCodec {
  return {
    toText(bytes) {
      if (bytes.length !== size) return undefined;
      if (size === 8) {
        const value = viewOf(bytes).getFloat64(0);
        return layOut(value, value.toExponential(), 15);
      }
      const value = viewOf(bytes).getFloat32(0);
      return layOut(value, Number.isFinite(value) ? shortestSingle(value) : "", 6);
    },
    toBinary(text) {
      const value = parseFloatText(text);
      if (value === undefined) return undefined;
      return fill(size, (view) => (size === 8 ? view.setFloat64(0, value) : view.setFloat32(0, value)));
    },
  };
}

const TRUE = new Set(["t", "tr", "tru", "true", "y", "ye", "yes", "on", "1"]);
const FALSE = new Set(["f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0"]);

export const int2 = integer(2, true);
export const int4 = integer(4, true);
export const int8 = integer(8, true);
/** OIDs, and the counters of transactions. */
export const uint4 = integer(4, false);
export const uint8 = integer(8, false);
export const float4 = float(4);
export const float8 = float(8);

export const bool: ValueCodec = {
  toText: (bytes) => (bytes.length !== 1 ? undefined : bytes[0] === 0 ? "f" : "t"),
  toBinary(text) {
    const word = text.trim().toLowerCase();
    if (TRUE.has(word)) return Uint8Array.of(1);
    return FALSE.has(word) ? Uint8Array.of(0) : undefined;
  },
};
