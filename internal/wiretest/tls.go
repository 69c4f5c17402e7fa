package wiretest

import (
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
)

// TLS returns the configurations of a server called example.com, or 127.0.0.1, and
// of clients that trust it. Both are good for HTTP/1.1 and HTTP/2, as they agree.
func TLS(protocols ...string) (server, client *tls.Config) {
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates, NextProtos: protocols}, &tls.Config{RootCAs: pool}
}
