import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Every case of a manifest (name, seconds since 1970, leaf or all), validated by the JDK's PKIX with CRLs alone: a line each, name and OK or the error. */
public final class Crls {
  private static List<byte[]> blocks(Path file, String label) throws Exception {
    List<byte[]> found = new ArrayList<>();
    for (String block : Files.readString(file).split("(?<=-----END " + label + "-----)"))
      if (block.contains("-----BEGIN " + label)) found.add(block.strip().getBytes(StandardCharsets.US_ASCII));
    return found;
  }

  private static void validate(Path folder, Date at, boolean all) throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> chain = new ArrayList<>();
    for (byte[] block : blocks(folder.resolve("chain.pem"), "CERTIFICATE"))
      chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
    byte[] root = blocks(folder.resolve("root.pem"), "CERTIFICATE").get(0);
    X509Certificate anchor = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(root));
    List<Object> lists = new ArrayList<>();
    for (byte[] block : blocks(folder.resolve("lists.pem"), "X509 CRL"))
      lists.add(factory.generateCRL(new ByteArrayInputStream(block)));
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
    parameters.setDate(at);
    parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
    CertPathValidator validator = CertPathValidator.getInstance("PKIX");
    PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
    EnumSet<PKIXRevocationChecker.Option> options =
        EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK);
    if (!all) options.add(PKIXRevocationChecker.Option.ONLY_END_ENTITY);
    checker.setOptions(options);
    parameters.addCertPathChecker(checker);
    validator.validate(factory.generateCertPath(chain), parameters);
  }

  private static String why(Throwable error) {
    StringBuilder words = new StringBuilder();
    for (Throwable each = error; each != null; each = each.getCause()) words.append(each.getMessage()).append("; ");
    return words.toString().replaceAll("\\s+", " ");
  }

  public static void main(String[] arguments) throws Exception {
    Path manifest = Path.of(arguments[0]);
    StringBuilder said = new StringBuilder();
    for (String line : Files.readAllLines(manifest)) {
      String[] fields = line.split("\t");
      String answer = "OK";
      try {
        validate(manifest.resolveSibling(fields[0]), new Date(1000 * Long.parseLong(fields[1])), fields[2].equals("all"));
      } catch (Exception error) {
        answer = why(error);
      }
      said.append(fields[0]).append('\t').append(answer).append('\n');
    }
    System.out.print(said);
  }
}
