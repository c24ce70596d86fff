package wire

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/metrics"
)

// certificate makes a self-signed one for the name, and its key, both PEM.
func certificate(t testing.TB, name string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
	}
	return block("CERTIFICATE", der), block("PRIVATE KEY", pkcs8)
}

// secured wraps a handler in TLS.
func secured(config *tls.Config, handle func(net.Conn)) func(net.Conn) {
	return func(conn net.Conn) {
		server := tls.Server(conn, config)
		if server.Handshake() == nil {
			handle(server)
		}
	}
}

func serverTLS(t testing.TB, cert, key string) *tls.Config {
	t.Helper()
	pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"}}
}

func TestTLS(t *testing.T) {
	cert, key := certificate(t, "chat")
	other, otherKey := certificate(t, "other")
	config := serverTLS(t, cert, key)
	mutual := config.Clone()
	mutual.ClientAuth, mutual.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	mutual.ClientCAs.AppendCertsFromPEM([]byte(other))
	mutual.MaxVersion = tls.VersionTLS12 // where the client learns of a refusal in its handshake
	old := config.Clone()
	old.MaxVersion = tls.VersionTLS11
	old.MinVersion = tls.VersionTLS10
	encrypted := func(config *tls.Config) func(net.Conn) { return secured(config, script(small, false)) }
	tests := []struct {
		name          string
		handle        func(net.Conn)
		ca, cert, key string
		server        string
		insecure      bool
		want          metrics.Class
	}{
		{name: "trusted", handle: encrypted(config), ca: cert, server: "chat"},
		{name: "other name", handle: encrypted(config), ca: cert, server: "mail", want: metrics.TLS},
		{name: "unknown authority", handle: encrypted(config), server: "chat", want: metrics.TLS},
		{name: "insecure", handle: encrypted(config), server: "mail", insecure: true},
		{name: "with a client certificate", handle: encrypted(mutual), ca: cert, cert: other, key: otherKey, server: "chat"},
		{name: "without one", handle: encrypted(mutual), ca: cert, server: "chat", want: metrics.TLS},
		{name: "old version", handle: encrypted(old), ca: cert, server: "chat", want: metrics.TLS},
		{name: "plain server", handle: answering(small), ca: cert, server: "chat", want: metrics.TLS},
		{name: "server that closes", handle: func(conn net.Conn) { _, _ = conn.Read(make([]byte, scratchSize)) }, ca: cert, server: "chat", want: metrics.Closed},
		{name: "silent server", handle: func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }, ca: cert, server: "chat", want: metrics.ConnectTimeout},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target := serve(t, test.handle)
			var err error
			if target.TLS, err = ClientTLS(test.ca, test.cert, test.key, test.server, test.insecure); err != nil {
				t.Fatal(err)
			}
			if test.want == metrics.ConnectTimeout {
				target.Connect = 30 * time.Millisecond
			}
			c, err := target.Dial(t.Context(), time.Now().Add(patience), 0)
			if class := classOf(t, err); class != test.want {
				t.Fatalf("class %q, want %q: %v", class, test.want, err)
			}
			if err != nil {
				return
			}
			defer c.Close()
			if diff := cmp.Diff(outcome{Status: 200, KeepAlive: true}, do(t, c, get())); diff != "" {
				t.Error(diff)
			}
			if c.Opened().TLS <= 0 || c.Opened().Connect <= 0 {
				t.Errorf("opened in %+v", c.Opened())
			}
		})
	}
}

func TestClientTLSRefuses(t *testing.T) {
	cert, key := certificate(t, "chat")
	for name, pems := range map[string][3]string{
		"authority":    {"nonsense", "", ""},
		"key":          {"", cert, "nonsense"},
		"missing key":  {"", cert, ""},
		"missing cert": {"", "", key},
	} {
		if _, err := ClientTLS(pems[0], pems[1], pems[2], "chat", false); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func encryptedTarget(t testing.TB, handle func(net.Conn)) *Target {
	t.Helper()
	cert, key := certificate(t, "chat")
	target := serve(t, secured(serverTLS(t, cert, key), handle))
	var err error
	if target.TLS, err = ClientTLS(cert, "", "", "chat", false); err != nil {
		t.Fatal(err)
	}
	return target
}

// A session ticket waits on a new connection; it is no reason to throw that away.
func TestAliveUnderTLS(t *testing.T) {
	end := make(chan struct{})
	c := dial(t, encryptedTarget(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		for range 2 {
			_, _ = request(r)
			_, _ = io.WriteString(conn, small)
		}
		<-end
	}))
	for i := range 2 {
		if !c.Alive() {
			t.Errorf("not alive before exchange %d", i)
		}
		if got := do(t, c, get()); !got.KeepAlive {
			t.Errorf("%+v", got)
		}
	}
	if !c.Alive() {
		t.Error("not alive after exchanges")
	}
	close(end)
	eventually(t, "the server closes", func() bool { return !c.Alive() })
}

// A spurious or a true read timeout leaves TLS usable; the answer's bytes count with what encrypts them.
func TestTimeoutUnderTLS(t *testing.T) {
	target := encryptedTarget(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		for range 2 {
			_, _ = request(r)
			time.Sleep(20 * time.Millisecond)
			_, _ = io.WriteString(conn, small)
		}
	})
	c, err := target.Dial(context.Background(), time.Now().Add(patience), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.link.readArmed = time.Now().Add(10 * time.Millisecond)
	if err := c.link.Conn.SetReadDeadline(c.link.readArmed); err != nil {
		t.Fatal(err)
	}
	x := get()
	if got := do(t, c, x); !got.KeepAlive || x.Received <= int64(len(small)) {
		t.Errorf("%+v, %d bytes", got, x.Received)
	}
	x.Deadline = time.Now().Add(5 * time.Millisecond)
	if got := do(t, c, x); got.Class != metrics.Timeout {
		t.Errorf("%+v", got)
	}
}

// A ping loop over TLS: reads that do not wait, watching, and partial records leave TLS usable.
func TestSocketUnderTLS(t *testing.T) {
	speak := make(chan string)
	target := encryptedTarget(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if _, err := request(r); err != nil {
			return
		}
		_, _ = io.WriteString(conn, accepting("key"))
		for text := range speak {
			_, _ = io.WriteString(conn, text)
		}
		_ = conn.Close() // with an alert
	})
	s, err := dial(t, target).Upgrade(asking("key"), "key", nil)
	if err != nil {
		t.Fatal(err)
	}
	var poller Watchers
	defer poller.Close()
	ready := make(chan struct{}, 1)
	for _, text := range []string{"one", "two", "three"} {
		if _, ok, err := s.Poll(1000); ok || err != nil {
			t.Fatalf("%t, %v", ok, err)
		}
		poller.Watch(s.Conn(), func() { ready <- struct{}{} })
		whole := frame(ws.OpText, true, text)
		speak <- whole[:2]
		speak <- whole[2:]
		<-ready
		eventually(t, text, func() bool {
			m, ok, err := s.Poll(1000)
			if err != nil {
				t.Fatal(err)
			}
			return ok && string(m.Data) == text
		})
	}
	last := s.Conn().Heard()
	close(speak)
	if _, err := s.Next(time.Now().Add(patience), 1000); Classify(err) != metrics.Closed {
		t.Errorf("%v", err)
	}
	if got := s.Conn().Heard(); got != last || got == s.conn.link.at {
		t.Errorf("last heard at %d, then %d, and the alert at %d", last, got, s.conn.link.at)
	}
}
