import java.security.MessageDigest;
import java.util.HexFormat;

/** The name by which a server knows a script. */
final class Sha {
  static String of(String script) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(script.getBytes()));
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
