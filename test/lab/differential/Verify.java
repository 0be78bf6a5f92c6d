import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Principal;
import java.security.cert.CertPathBuilder;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Every case of a manifest, verified by the JDK's own trust manager as HttpsURLConnection has it: a line each, name and OK or the error. */
public final class Verify {
  private static final CertificateFactory FACTORY = factory();

  private static CertificateFactory factory() {
    try {
      return CertificateFactory.getInstance("X.509");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<X509Certificate> certificates(Path file) throws Exception {
    List<X509Certificate> found = new ArrayList<>();
    String text = Files.readString(file);
    for (String block : text.split("(?<=-----END CERTIFICATE-----)")) {
      if (block.contains("-----BEGIN CERTIFICATE-----")) {
        byte[] bytes = block.strip().getBytes(StandardCharsets.US_ASCII);
        found.add((X509Certificate) FACTORY.generateCertificate(new ByteArrayInputStream(bytes)));
      }
    }
    return found;
  }

  private static KeyStore anchors(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (String block : Files.readString(file).split("(?<=-----END CERTIFICATE-----)")) {
      if (!block.contains("-----BEGIN CERTIFICATE-----")) continue;
      try {
        byte[] bytes = block.strip().getBytes(StandardCharsets.US_ASCII);
        Certificate each = FACTORY.generateCertificate(new ByteArrayInputStream(bytes));
        store.setCertificateEntry("ca" + store.size(), each);
      } catch (Exception unreadable) {
        // As keytool: what it cannot read is not in the store.
      }
    }
    return store;
  }

  private static void verify(Path folder, String kind, String name, Date at, boolean lists) throws Exception {
    List<X509Certificate> chain = certificates(folder.resolve("served.pem"));
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors(folder.resolve("anchors.pem")), new X509CertSelector());
    parameters.setDate(at);
    parameters.setRevocationEnabled(lists);
    if (lists) {
      byte[] crls = Files.readAllBytes(folder.resolve("crls.pem"));
      var read = FACTORY.generateCRLs(new ByteArrayInputStream(crls));
      parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(read)));
      PKIXRevocationChecker checker = (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
      checker.setOptions(
          EnumSet.of(
              PKIXRevocationChecker.Option.PREFER_CRLS,
              PKIXRevocationChecker.Option.NO_FALLBACK,
              PKIXRevocationChecker.Option.ONLY_END_ENTITY));
      parameters.addCertPathChecker(checker);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(new CertPathTrustManagerParameters(parameters));
    X509ExtendedTrustManager manager = (X509ExtendedTrustManager) trust.getTrustManagers()[0];
    manager.checkServerTrusted(chain.toArray(new X509Certificate[0]), "UNKNOWN", new Engine(kind.equals("none") ? null : name));
  }

  private static String why(Throwable error) {
    Throwable last = error;
    while (last.getCause() != null && last.getCause() != last) last = last.getCause();
    return (last.getClass().getSimpleName() + ": " + last.getMessage()).replaceAll("\\s+", " ");
  }

  public static void main(String[] arguments) throws Exception {
    Path manifest = Path.of(arguments[0]);
    StringBuilder said = new StringBuilder();
    for (String line : Files.readAllLines(manifest)) {
      String[] fields = line.split("\t");
      String answer = "OK";
      try {
        Date at = new Date(1000 * Long.parseLong(fields[3]));
        verify(manifest.resolveSibling(fields[0]), fields[1], fields[2], at, !fields[4].equals("none"));
      } catch (Exception error) {
        answer = why(error);
      }
      said.append(fields[0]).append('\t').append(answer).append('\n');
    }
    System.out.print(said);
  }

  /** A handshake with `peer`, as far as a trust manager looks at it; its name is not compared where that is null. */
  private static final class Engine extends SSLEngine {
    private final String peer;

    Engine(String peer) {
      this.peer = peer;
    }

    @Override
    public SSLSession getHandshakeSession() {
      return new Session(peer == null ? "" : peer);
    }

    @Override
    public SSLParameters getSSLParameters() {
      SSLParameters parameters = new SSLParameters();
      if (peer != null) parameters.setEndpointIdentificationAlgorithm("HTTPS");
      return parameters;
    }

    @Override public String getPeerHost() { return peer; }
    @Override public SSLSession getSession() { return getHandshakeSession(); }
    @Override public SSLEngineResult wrap(ByteBuffer[] s, int o, int l, ByteBuffer d) { throw new UnsupportedOperationException(); }
    @Override public SSLEngineResult unwrap(ByteBuffer s, ByteBuffer[] d, int o, int l) { throw new UnsupportedOperationException(); }
    @Override public Runnable getDelegatedTask() { return null; }
    @Override public void closeInbound() {}
    @Override public boolean isInboundDone() { return false; }
    @Override public void closeOutbound() {}
    @Override public boolean isOutboundDone() { return false; }
    @Override public String[] getSupportedCipherSuites() { return new String[0]; }
    @Override public String[] getEnabledCipherSuites() { return new String[0]; }
    @Override public void setEnabledCipherSuites(String[] suites) {}
    @Override public String[] getSupportedProtocols() { return new String[0]; }
    @Override public String[] getEnabledProtocols() { return new String[0]; }
    @Override public void setEnabledProtocols(String[] protocols) {}
    @Override public void beginHandshake() {}
    @Override public SSLEngineResult.HandshakeStatus getHandshakeStatus() { return SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING; }
    @Override public void setUseClientMode(boolean mode) {}
    @Override public boolean getUseClientMode() { return true; }
    @Override public void setNeedClientAuth(boolean need) {}
    @Override public boolean getNeedClientAuth() { return false; }
    @Override public void setWantClientAuth(boolean want) {}
    @Override public boolean getWantClientAuth() { return false; }
    @Override public void setEnableSessionCreation(boolean flag) {}
    @Override public boolean getEnableSessionCreation() { return true; }
  }

  private static final class Session implements SSLSession {
    private final String peer;
    private final Map<String, Object> values = new HashMap<>();

    Session(String peer) {
      this.peer = peer;
    }

    @Override public String getPeerHost() { return peer; }
    @Override public String getProtocol() { return "TLSv1.3"; }
    @Override public String getCipherSuite() { return "TLS_AES_128_GCM_SHA256"; }
    @Override public byte[] getId() { return new byte[0]; }
    @Override public SSLSessionContext getSessionContext() { return null; }
    @Override public long getCreationTime() { return 0; }
    @Override public long getLastAccessedTime() { return 0; }
    @Override public void invalidate() {}
    @Override public boolean isValid() { return true; }
    @Override public void putValue(String name, Object value) { values.put(name, value); }
    @Override public Object getValue(String name) { return values.get(name); }
    @Override public void removeValue(String name) { values.remove(name); }
    @Override public String[] getValueNames() { return values.keySet().toArray(new String[0]); }
    @Override public Certificate[] getPeerCertificates() { return new Certificate[0]; }
    @Override public Certificate[] getLocalCertificates() { return null; }
    @Override public Principal getPeerPrincipal() { return null; }
    @Override public Principal getLocalPrincipal() { return null; }
    @Override public int getPeerPort() { return 443; }
    @Override public int getPacketBufferSize() { return 16384; }
    @Override public int getApplicationBufferSize() { return 16384; }
  }
}
