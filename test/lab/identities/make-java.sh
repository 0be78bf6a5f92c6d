#!/usr/bin/env bash
# Keystores as keytool writes them, into the folder $1.
set -euo pipefail
cd "$1"
make() { keytool -genkeypair -alias checkout -dname CN="$1" -validity 300 -ext eku=clientAuth -keystore "$1".p12 -storepass changeit "${@:2}" >>java.log 2>&1; }
make java-ec -keyalg EC -groupname secp256r1 -storetype PKCS12
make java-rsa -keyalg RSA -keysize 2048 -storetype PKCS12 -J-Dkeystore.pkcs12.legacy
make java-jks -keyalg RSA -keysize 2048 -storetype JKS -keypass changeit
make java-jceks -keyalg RSA -keysize 2048 -storetype JCEKS -keypass changeit
cp java-ec.p12 java-two.p12
keytool -genkeypair -alias second -keyalg EC -groupname secp256r1 -dname CN=second -keystore java-two.p12 -storepass changeit >>java.log 2>&1
keytool -exportcert -alias checkout -keystore java-ec.p12 -storepass changeit -file java-ec.der >>java.log 2>&1
# Truststores: the certificates of openssl's root and of java-ec, if they are there.
trust() { keytool -importcert -noprompt -alias "$3" -file "$4" -keystore "$1" -storetype "$2" -storepass changeit >>java.log 2>&1; }
[ -f root.pem ] || cp java-ec.der root.pem
for type in PKCS12 JKS JCEKS; do
  trust "java-trust.$type" $type one root.pem
  trust "java-trust.$type" $type two java-ec.der
done
# A key beside a trusted certificate.
cp java-jks.p12 java-mixed.jks
trust java-mixed.jks JKS trusted root.pem
