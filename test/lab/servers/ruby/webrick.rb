# WEBrick with the verification flags and the store that the arguments name: port, certificate, key, CA, CRLs ('' for none), flags joined by |.
require 'webrick'
require 'webrick/https'

port, certificate, key, ca, crl, flags = ARGV
store = OpenSSL::X509::Store.new
store.add_file(ca)
unless crl.empty?
  File.read(crl).scan(/-----BEGIN.*?-----END X509 CRL-----/m) { |pem| store.add_crl(OpenSSL::X509::CRL.new(pem)) }
  store.flags = OpenSSL::X509::V_FLAG_CRL_CHECK | OpenSSL::X509::V_FLAG_CRL_CHECK_ALL
end
server = WEBrick::HTTPServer.new(
  BindAddress: '127.0.0.1', Port: port.to_i, SSLEnable: true,
  SSLCertificate: OpenSSL::X509::Certificate.new(File.read(certificate)), SSLPrivateKey: OpenSSL::PKey.read(File.read(key)),
  SSLCertificateStore: store, SSLVerifyClient: flags.split('|').sum { |name| OpenSSL::SSL.const_get("VERIFY_#{name}") },
  Logger: WEBrick::Log.new(File::NULL), AccessLog: []
)
server.mount_proc('/') { |_, response| response.body = "payments: ok\n" }
trap('TERM') { server.shutdown }
server.start
