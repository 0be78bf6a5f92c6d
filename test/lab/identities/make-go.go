// Identities as Go programs write them (SPIRE and Istio are such), into the folder os.Args[1].
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func write(name string, blocks ...*pem.Block) {
	var text []byte
	for _, block := range blocks {
		text = append(text, pem.EncodeToMemory(block)...)
	}
	if err := os.WriteFile(filepath.Join(os.Args[1], name), text, 0o600); err != nil {
		panic(err)
	}
}

type signed struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

func (s signed) block() *pem.Block { return &pem.Block{Type: "CERTIFICATE", Bytes: s.certificate.Raw} }
func (s signed) pkcs8() *pem.Block {
	return &pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(s.key))}
}

var serial int64

func issue(name string, ca bool, key crypto.Signer, parent *signed, uri string) signed {
	serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(200 * 24 * time.Hour),
		BasicConstraintsValid: true, IsCA: ca, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if ca {
		template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	} else {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	}
	if uri != "" {
		template.URIs = []*url.URL{must(url.Parse(uri))}
	}
	issuer, signer := template, key
	if parent != nil {
		issuer, signer = parent.certificate, parent.key
	}
	der := must(x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), signer))
	return signed{must(x509.ParseCertificate(der)), key}
}

func main() {
	ec := func() crypto.Signer { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }
	root := issue("Go Root", true, ec(), nil, "")
	intermediate := issue("Go Intermediate", true, ec(), &root, "")
	leaf := issue("go-ec", false, ec(), &intermediate, "spiffe://go.example/workload")
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	edwards := issue("go-ed", false, edKey, &intermediate, "")
	rsaKey := must(rsa.GenerateKey(rand.Reader, 2048))
	rivest := issue("go-rsa", false, rsaKey, &intermediate, "")
	write("go-root.pem", root.block())
	write("go-intermediate.pem", intermediate.block())
	write("go-ec.pem", leaf.block())
	write("go-ec.chain", leaf.block(), intermediate.block())
	write("go-ec.key", leaf.pkcs8())
	write("go-ec.sec1", &pem.Block{Type: "EC PRIVATE KEY", Bytes: must(x509.MarshalECPrivateKey(leaf.key.(*ecdsa.PrivateKey)))})
	write("go-ed.chain", edwards.block(), intermediate.block())
	write("go-ed.key", edwards.pkcs8())
	write("go-rsa.pem", rivest.block())
	pkcs1 := x509.MarshalPKCS1PrivateKey(rsaKey)
	write("go-rsa.pkcs1", &pem.Block{Type: "RSA PRIVATE KEY", Bytes: pkcs1})
	//lint:ignore SA1019 people have such files
	write("go-rsa.proc", must(x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", pkcs1, []byte("sesame"), x509.PEMCipherAES128)))
	write("go-ec.pub", &pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(leaf.key.Public()))})
	write("go-ec.csr", &pem.Block{Type: "CERTIFICATE REQUEST", Bytes: must(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "go-ec"}}, leaf.key))})
}
