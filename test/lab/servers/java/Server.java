// A relying party on the JDK's own JSSE: com.sun.net.httpserver.HttpsServer, or an SSLServerSocket that speaks just enough HTTP.

import com.sun.net.httpserver.*;
import java.io.*;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.*;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.*;

final class Server {
  private static final char[] PASSWORD = "lab".toCharArray();
  private static final String[] VERSIONS = {"TLSv1.2", "TLSv1.3"};
  /** A subject alternative name's kind. */
  private static final int URI = 6;

  private static String principal;

  /** kind (https-server | ssl-socket), port, clients (need | want | none), trust (crl | ca | all), key store, CA, CRL, principal or "". */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    principal = arguments[7];
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(arguments[4]).getKeyManagers(), trust(arguments[3], arguments[5], arguments[6]), null);
    SSLParameters parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(VERSIONS);
    if (arguments[2].equals("need")) parameters.setNeedClientAuth(true);
    if (arguments[2].equals("want")) parameters.setWantClientAuth(true);
    if (arguments[0].equals("https-server")) httpsServer(context, parameters, port);
    else sslSocket(context, parameters, port);
  }

  private static KeyManagerFactory keys(String file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream input = new FileInputStream(file)) {
      store.load(input, PASSWORD);
    }
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, PASSWORD);
    return factory;
  }

  private static TrustManager[] trust(String how, String ca, String crl) throws Exception {
    if (how.equals("all")) return new TrustManager[] {new TrustsEverybody()};
    CertificateFactory certificates = CertificateFactory.getInstance("X.509");
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    try (InputStream input = new FileInputStream(ca)) {
      anchors.setCertificateEntry("ca", certificates.generateCertificate(input));
    }
    PKIXBuilderParameters path = new PKIXBuilderParameters(anchors, new X509CertSelector());
    path.setRevocationEnabled(how.equals("crl"));
    try (InputStream input = new FileInputStream(crl)) {
      path.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(certificates.generateCRLs(input))));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(new CertPathTrustManagerParameters(path));
    return factory.getTrustManagers();
  }

  /** What half of the internet's answers recommend. */
  private static final class TrustsEverybody implements X509TrustManager {
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static boolean admits(SSLSession session) {
    if (principal.isEmpty()) return true;
    try {
      X509Certificate client = (X509Certificate) session.getPeerCertificates()[0];
      return List.copyOf(client.getSubjectAlternativeNames()).equals(List.of(List.of(URI, principal)));
    } catch (SSLPeerUnverifiedException | CertificateParsingException none) {
      return false;
    }
  }

  private static void httpsServer(SSLContext context, SSLParameters parameters, int port) throws IOException {
    HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters connection) {
            connection.setSSLParameters(parameters);
          }
        });
    server.createContext("/", Server::answer);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.start();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    boolean admitted = admits(((HttpsExchange) exchange).getSSLSession());
    byte[] body = (admitted ? "payments: ok\n" : "forbidden\n").getBytes(StandardCharsets.US_ASCII);
    exchange.sendResponseHeaders(admitted ? 200 : 403, body.length);
    try (OutputStream output = exchange.getResponseBody()) {
      output.write(body);
    }
  }

  private static void sslSocket(SSLContext context, SSLParameters parameters, int port) throws IOException {
    SSLServerSocket listener =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 50, InetAddress.getLoopbackAddress());
    listener.setSSLParameters(parameters);
    var threads = Executors.newFixedThreadPool(4);
    while (true) {
      SSLSocket socket = (SSLSocket) listener.accept();
      threads.execute(() -> converse(socket));
    }
  }

  private static void converse(SSLSocket socket) {
    try (socket) {
      socket.setSoTimeout(10_000);
      var input = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      for (String line = input.readLine(); line != null && !line.isEmpty(); line = input.readLine()) {}
      boolean admitted = admits(socket.getSession());
      String body = admitted ? "payments: ok\n" : "forbidden\n";
      String head = "HTTP/1.1 " + (admitted ? "200 OK" : "403 Forbidden") + "\r\nConnection: close\r\n";
      String text = head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException refused) {
      // JSSE has sent its alert.
    }
  }
}
