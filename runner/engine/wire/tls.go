package wire

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
)

// ClientTLS makes the configuration that all connections of one service share. ca, cert and key are PEM, or empty: the
// system's authorities, and no client certificate. serverName is the name that the certificate must bear. insecure
// trusts any certificate. Sessions are never resumed, so that every connection pays for its own handshake.
func ClientTLS(ca, cert, key, serverName string, insecure bool) (*tls.Config, error) {
	config := &tls.Config{
		ServerName:             serverName,
		InsecureSkipVerify:     insecure,
		NextProtos:             []string{"http/1.1"},
		MinVersion:             tls.VersionTLS12,
		SessionTicketsDisabled: true,
	}
	if ca != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(ca)) {
			return nil, errors.New("read the authority's certificate: no PEM block of type CERTIFICATE that can be parsed")
		}
	}
	if cert == "" && key == "" {
		return config, nil
	}
	pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
	if err != nil {
		return nil, fmt.Errorf("read the client certificate and its key: %w", err)
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}

// isTLS reports whether the error is of TLS itself, not of the connection under it.
func isTLS(err error) bool {
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.As(err, &verification) || errors.As(err, &record) || errors.As(err, &alert)
}
