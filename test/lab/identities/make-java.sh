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
