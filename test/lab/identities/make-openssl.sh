#!/usr/bin/env bash
# Certificates and keys in every form that openssl writes, into the folder $1. Nothing of it outlives the test.
set -euo pipefail
cd "$1"
quiet() { "$@" 2>>openssl.log; }

quiet openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj '/CN=OpenSSL Root' -days 400
# issue NAME CA EXTENSIONS [OPTION…]: NAME.key is there.
issue() {
  local name=$1 ca=$2 extensions=$3
  shift 3
  quiet openssl req -new -key "$name.key" -subj "/CN=$name" -out "$name.csr"
  printf '%b' "$extensions" >"$name.ext"
  quiet openssl x509 -req -in "$name.csr" -CA "$ca.pem" -CAkey "$ca.key" -CAcreateserial -days 300 -extfile "$name.ext" -out "$name.pem" "$@"
}
CLIENT='basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n'
key() { quiet openssl genpkey -algorithm "$2" ${3:+-pkeyopt "$3"} -out "$1.key"; }

key intermediate EC ec_paramgen_curve:P-256
issue intermediate root 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n'
key rsa RSA rsa_keygen_bits:2048 && issue rsa intermediate "$CLIENT"
key p256 EC ec_paramgen_curve:P-256 && issue p256 intermediate "$CLIENT"
key p384 EC ec_paramgen_curve:P-384 && issue p384 intermediate "$CLIENT"
key ed25519 ED25519 && issue ed25519 intermediate "$CLIENT"
key pss RSA-PSS rsa_keygen_bits:2048 && issue pss intermediate "$CLIENT"
key server RSA rsa_keygen_bits:2048 && issue server intermediate 'extendedKeyUsage=serverAuth\n'
key sha1 RSA rsa_keygen_bits:2048 && issue sha1 root "$CLIENT" -sha1
key md5 RSA rsa_keygen_bits:2048 && issue md5 root "$CLIENT" -md5
key short RSA rsa_keygen_bits:1024 && issue short root "$CLIENT"
key p192 EC ec_paramgen_curve:P-192 && issue p192 root "$CLIENT"
key p224 EC ec_paramgen_curve:P-224 && issue p224 root "$CLIENT"
# A CA of another name, and the intermediate's name with another key.
quiet openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -subj '/CN=Other Root' -days 400
key foreign EC ec_paramgen_curve:P-256 && issue foreign other "$CLIENT"

openssl rsa -in rsa.key -traditional -out rsa.pkcs1 2>/dev/null
openssl ec -in p256.key -out p256.sec1 2>/dev/null
{ openssl ecparam -name prime256v1 && cat p256.sec1; } >p256.params
openssl pkcs8 -topk8 -in rsa.key -v2 aes256 -passout pass:sesame -out rsa.pkcs8-aes
openssl pkcs8 -topk8 -in rsa.key -v2 aes-256-cbc -scrypt -passout pass:sesame -out rsa.pkcs8-scrypt
openssl pkcs8 -topk8 -in rsa.key -v1 PBE-SHA1-3DES -passout pass:sesame -out rsa.pkcs8-3des
quiet openssl pkcs8 -topk8 -in rsa.key -v1 PBE-MD5-DES -provider legacy -provider default -passout pass:sesame -out rsa.pkcs8-des
quiet openssl rsa -in rsa.key -traditional -aes256 -passout pass:sesame -out rsa.proc-aes
quiet openssl rsa -in rsa.key -traditional -des3 -passout pass:sesame -out rsa.proc-3des
quiet openssl rsa -in rsa.key -traditional -des -provider legacy -provider default -passout pass:sesame -out rsa.proc-des
quiet openssl ec -in p256.key -aes256 -passout pass:sesame -out p256.proc-aes
openssl x509 -in p256.pem -outform DER -out p256.der
openssl pkcs8 -topk8 -nocrypt -in p256.key -outform DER -out p256.pkcs8.der
openssl rsa -in rsa.key -traditional -outform DER -out rsa.pkcs1.der 2>/dev/null
openssl ec -in p256.key -outform DER -out p256.sec1.der 2>/dev/null
openssl pkey -in rsa.key -pubout -out rsa.pub
openssl genpkey -algorithm X25519 -out x25519.key
openssl crl2pkcs7 -nocrl -certfile rsa.pem -out rsa.p7b
openssl x509 -in rsa.pem -text >rsa.text
ssh-keygen -q -t ed25519 -N '' -f ssh.key 2>/dev/null || printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n' >ssh.key

store() { local out=$1 name=$2; shift 2; quiet openssl pkcs12 -export -in "$name.pem" -inkey "$name.key" -certfile intermediate.pem -out "$out.p12" "$@"; }
store modern rsa -passout pass:sesame
store legacy rsa -legacy -passout pass:sesame
store rc2-128 rsa -legacy -certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-2DES -passout pass:sesame
store rc4 rsa -legacy -certpbe PBE-SHA1-RC4-128 -passout pass:sesame
store ec p384 -passout 'pass:grün €'
store sha512 ed25519 -macalg sha512 -passout pass:sesame
store aes128 rsa -certpbe aes-128-cbc -keypbe aes-192-cbc -passout pass:sesame
store empty rsa -passout pass:
store endless rsa -iter 2100000 -nomaciter -passout pass:sesame
store none rsa -keypbe NONE -certpbe NONE -nomac -passout pass:
quiet openssl pkcs12 -export -nokeys -in rsa.pem -passout pass:sesame -out keyless.p12
quiet openssl pkcs12 -export -nocerts -inkey rsa.key -passout pass:sesame -out certless.p12

# Trust bundles: root and other, in the forms that openssl writes.
cat root.pem other.pem >both.pem
openssl x509 -in root.pem -outform DER -out root.der
openssl x509 -in other.pem -outform DER -out other.der
openssl x509 -in intermediate.pem -outform DER -out intermediate.der
openssl x509 -in root.pem -trustout -addtrust serverAuth -out trusted.pem
openssl x509 -in root.pem -text >root.text
openssl crl2pkcs7 -nocrl -certfile both.pem -out both.p7b
openssl crl2pkcs7 -nocrl -certfile both.pem -outform DER -out both.p7b.der
openssl crl2pkcs7 -nocrl -certfile rsa.pem -certfile intermediate.pem -out rsa-chain.p7b
openssl crl2pkcs7 -nocrl -certfile rsa.pem -certfile intermediate.pem -outform DER -out rsa-chain.p7b.der
# BER: the length of each part is told by its end.
quiet openssl cms -sign -binary -nodetach -stream -in root.text -signer rsa.pem -inkey rsa.key -certfile both.pem -outform DER -out indefinite.p7m
printf '%s' nothing | quiet openssl cms -data_create -outform DER -out data.p7
quiet openssl pkcs12 -export -nokeys -in both.pem -passout pass:sesame -out trust-sesame.p12
quiet openssl pkcs12 -export -nokeys -in both.pem -passout pass: -out trust-empty.p12
quiet openssl pkcs12 -export -nokeys -in both.pem -certpbe NONE -nomac -passout pass: -out trust-none.p12
quiet openssl pkcs12 -export -nokeys -legacy -in both.pem -passout pass:changeit -out trust-legacy.p12
