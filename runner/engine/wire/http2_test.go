package wire

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/metrics"
)

// website serves the handler on a loopback port, in HTTP/1.1 and HTTP/2, with a certificate or plainly, and gives the target.
func website(t testing.TB, handler http.Handler, cert, key string, two bool) *Target {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(listener.Addr().String())
	target := &Target{Host: host, Port: port, Start: time.Now(), HTTP2: two}
	server := &http.Server{Handler: handler, Protocols: new(http.Protocols), ErrorLog: log.New(io.Discard, "", 0)}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	serve := server.Serve
	if cert != "" {
		server.TLSConfig = serverTLS(t, cert, key)
		server.TLSConfig.NextProtos = nil
		serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
		if target.TLS, err = ClientTLS(cert, "", "", "chat", false); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	go func() { done <- serve(listener) }()
	t.Cleanup(func() {
		server.Close()
		<-done
	})
	return target
}

// oracle answers in all the ways in which a handler can.
func oracle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Proto", strings.TrimSuffix(r.Proto, ".0"))
	w.Header().Add("X-Two", "1")
	w.Header().Add("X-Two", "2")
	w.Header().Add("Set-Cookie", "a=b")
	w.Header().Add("Set-Cookie", "c=d")
	switch r.URL.Path {
	case "/echo":
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	case "/early":
		_, _ = io.WriteString(w, "hello")
	case "/duplex":
		_, _ = io.Copy(w, r.Body)
	case "/large":
		for range 100 {
			_, _ = io.WriteString(w, strings.Repeat("0123456789abcdef", 1000))
		}
	case "/gzip":
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		_, _ = io.WriteString(zip, "hello")
		_ = zip.Close()
	case "/nothing":
		w.WriteHeader(http.StatusNoContent)
	case "/hints":
		w.WriteHeader(http.StatusEarlyHints)
		_, _ = io.WriteString(w, "hello")
	case "/trailer":
		w.Header().Set("Trailer", "X-Sum")
		_, _ = io.WriteString(w, "hello")
		w.Header().Set("X-Sum", "5")
	case "/header":
		w.Header().Set("X-Long", strings.Repeat("x", 10_000))
	case "/headers":
		for i := range 100 {
			w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 1000))
		}
	case "/error":
		http.Error(w, "oops", http.StatusInternalServerError)
	case "/short":
		w.Header().Set("Content-Length", "9")
		_, _ = io.WriteString(w, "hello")
	case "/cut":
		_, _ = io.WriteString(w, "hello")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case "/head":
		_, _ = fmt.Fprintf(w, "%s %s %s %s %s", r.Method, r.Host, r.URL, r.Header.Get("X-Name"), r.Header.Values("Cookie"))
	case "/slow":
		<-r.Context().Done()
	}
}

// post is an exchange with a body.
func post(path string, size int) *Exchange {
	x := asks("POST", path)
	x.Head = append(bytes.TrimSuffix(x.Head, []byte("\r\n")), fmt.Sprintf("Content-Length: %d\r\n\r\n", size)...)
	x.Body = bytes.Repeat([]byte("b"), size)
	return x
}

func asks(method, path string) *Exchange {
	head, _ := AppendHeader(AppendRequest(nil, method, path, "chat"), "X-Name", "value ")
	head, _ = AppendHeader(head, "Connection", "keep-alive")
	head, _ = AppendHeader(head, "Cookie", "a=b; c=d")
	return &Exchange{Head: append(head, "\r\n"...), KeepBody: true, NoBody: method == "HEAD", Deadline: time.Now().Add(patience)}
}

// The same requests have the same results over HTTP/1.1 and HTTP/2, plain and encrypted.
func TestHTTP2IsLikeHTTP1(t *testing.T) {
	tests := []struct {
		name string
		ask  func() *Exchange
		want outcome
	}{
		{"head", func() *Exchange { return asks("GET", "/head?a=b%20c") }, outcome{Answer: "GET chat /head?a=b%20c value [a=b; c=d]"}},
		{"whole request", func() *Exchange { x := asks("PUT", "/head"); x.Request, x.Head = x.Head, nil; return x }, outcome{Answer: "PUT chat /head value [a=b; c=d]"}},
		{"whole request with a body", func() *Exchange {
			x := post("/echo", 5)
			x.Request, x.Head, x.Body = append(x.Head, x.Body...), nil, nil
			return x
		}, outcome{Answer: "bbbbb"}},
		{"small body", func() *Exchange { return post("/echo", 5) }, outcome{Answer: "bbbbb"}},
		{"long request header", func() *Exchange {
			x := asks("GET", "/nothing")
			x.Head = append(bytes.TrimSuffix(x.Head, []byte("\r\n")), "X-Long: "+strings.Repeat("x", 3*maxFrame)+"\r\n\r\n"...)
			return x
		}, outcome{Status: 204}},
		{"no body", func() *Exchange { return post("/echo", 0) }, outcome{}},
		{"body larger than a window", func() *Exchange { return post("/echo", 200_000) }, outcome{Answer: strings.Repeat("b", 200_000)}},
		{"body that nobody reads", func() *Exchange { return post("/nothing", 2000) }, outcome{Status: 204}},
		{"large answer", func() *Exchange { return asks("GET", "/large") }, outcome{Answer: strings.Repeat("0123456789abcdef", 100_000)}},
		{"large answer discarded", func() *Exchange { x := asks("GET", "/large"); x.KeepBody = false; return x }, outcome{}},
		{"HEAD", func() *Exchange { return asks("HEAD", "/head") }, outcome{}},
		{"gzip", func() *Exchange { return asks("GET", "/gzip") }, outcome{Answer: "hello"}},
		{"no content", func() *Exchange { return asks("GET", "/nothing") }, outcome{Status: 204}},
		{"interim", func() *Exchange { return asks("GET", "/hints") }, outcome{Answer: "hello"}},
		{"trailer", func() *Exchange { return asks("GET", "/trailer") }, outcome{Answer: "hello"}},
		{"long header", func() *Exchange { return asks("GET", "/header") }, outcome{}},
		{"status", func() *Exchange { x := asks("GET", "/error"); x.KeepBody = false; return x }, outcome{Status: 500, Answer: "oops\n"}},
		{"too much header", func() *Exchange { return asks("GET", "/headers") }, outcome{Class: metrics.TooLarge, Answered: true}},
		{"body shorter than announced", func() *Exchange { return asks("GET", "/short") }, outcome{Class: metrics.Closed, Answered: true, Answer: "hello"}},
		{"no answer in time", func() *Exchange {
			x := asks("GET", "/slow")
			x.Deadline = time.Now().Add(30 * time.Millisecond)
			return x
		}, outcome{Class: metrics.Timeout}},
	}
	cert, key := certificate(t, "chat")
	for secure, pair := range map[bool][2]string{false: {}, true: {cert, key}} {
		for proto, two := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
			target := website(t, http.HandlerFunc(oracle), pair[0], pair[1], two)
			target.BodyLimit = 2 << 20
			for _, test := range tests {
				t.Run(fmt.Sprintf("%s, %s, TLS %t", test.name, proto, secure), func(t *testing.T) {
					want := test.want
					if want.Class == metrics.OK && want.Status == 0 || want.Answer == "hello" {
						want.Status = 200
					}
					want.KeepAlive = want.Class == metrics.OK
					c := dial(t, target)
					for range 2 {
						x := test.ask()
						if diff := cmp.Diff(want, do(t, c, x)); diff != "" {
							t.Fatal(diff)
						}
						if !want.KeepAlive {
							return
						}
						if !c.Alive() {
							t.Fatal("not alive")
						}
						checkHeader(t, x, proto)
					}
				})
			}
		}
	}
}

func checkHeader(t *testing.T, x *Exchange, proto string) {
	t.Helper()
	got := []string{string(x.Get("X-Proto")), string(x.Get("x-two")), fmt.Sprintf("%s", x.Header.PeekAll("Set-Cookie"))}
	if diff := cmp.Diff([]string{proto, "1", "[a=b; c=d]"}, got); diff != "" {
		t.Error(diff)
	}
	if len(x.Get("Date")) == 0 {
		t.Error("no Date")
	}
	if x.Wrote > x.FirstByte || x.FirstByte > x.Done || x.Sent < 15 || x.Received < 15 {
		t.Errorf("instants %d, %d, %d; %d bytes sent, %d received", x.Wrote, x.FirstByte, x.Done, x.Sent, x.Received)
	}
}

// A body goes on being sent while the answer comes, and is given up where the answer ends first.
func TestHTTP2Duplex(t *testing.T) {
	c := dial(t, website(t, http.HandlerFunc(oracle), "", "", true))
	for _, test := range []struct {
		path, want string
	}{
		{"/duplex", strings.Repeat("b", 10_000_000)},
		{"/early", "hello"},
		{"/duplex", strings.Repeat("b", 10_000_000)},
	} {
		if got := do(t, c, post(test.path, 10_000_000)); got.Answer != test.want || !got.KeepAlive || !c.Alive() {
			t.Errorf("%s: status %d, %d bytes of answer, kept alive %t, class %q", test.path, got.Status, len(got.Answer), got.KeepAlive, got.Class)
		}
	}
}

// Streams are read alike over both.
func TestHTTP2Streams(t *testing.T) {
	release := make(chan struct{})
	handler := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		flush := http.NewResponseController(w).Flush
		for _, piece := range []string{"data: hel", "lo\n\nid: 7\nda", "ta: you\r", "\n\r", "\ndata: no more\n"} {
			_, _ = io.WriteString(w, piece)
			_ = flush()
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}
		if r.URL.Path == "/endless" {
			<-r.Context().Done()
		}
	}
	want := []told{{Data: "hello"}, {ID: "7", Data: "you"}}
	cert, key := certificate(t, "chat")
	for secure, pair := range map[bool][2]string{false: {}, true: {cert, key}} {
		for proto, two := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
			t.Run(fmt.Sprintf("%s, TLS %t", proto, secure), func(t *testing.T) {
				c := dial(t, website(t, http.HandlerFunc(handler), pair[0], pair[1], two))
				got, err := pollEvents(t, c, "/", release)
				if diff := cmp.Diff(want, got); diff != "" || err != io.EOF || !c.Alive() {
					t.Errorf("%s, %v", diff, err)
				}
				s, err := c.OpenStream(asks("GET", "/endless"))
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Close(); err != nil || s.KeepAlive != two || c.Alive() != two {
					t.Errorf("closed: kept alive %t, %v", s.KeepAlive, err)
				}
				if two {
					got, err := pollEvents(t, c, "/", release)
					if diff := cmp.Diff(want, got); diff != "" || err != io.EOF {
						t.Errorf("after a stream given up: %s, %v", diff, err)
					}
				}
			})
		}
	}
}

// pollEvents opens a stream and reads it with a poller; between two reads it lets the server go on.
func pollEvents(t *testing.T, c *Conn, path string, release chan<- struct{}) (events []told, err error) {
	t.Helper()
	s, err := c.OpenStream(asks("GET", path))
	if err != nil {
		t.Fatal(err)
	}
	poller := NewPoller()
	defer poller.Close()
	ready := make(chan struct{}, 1)
	for {
		e, ok, err := s.Poll(1000)
		switch {
		case err != nil:
			return events, err
		case ok:
			events = append(events, told{string(e.Type), string(e.ID), string(e.Data)})
			continue
		}
		poller.Watch(c, func() { ready <- struct{}{} })
		select {
		case release <- struct{}{}:
			<-ready
		case <-ready:
		}
	}
}

func TestHTTP2Refused(t *testing.T) {
	cert, key := certificate(t, "chat")
	one := serverTLS(t, cert, key)
	none := one.Clone()
	none.NextProtos = nil
	for name, config := range map[string]*tls.Config{"only HTTP/1.1": one, "no ALPN": none} {
		target := serve(t, secured(config, answering(small)))
		target.HTTP2 = true
		target.TLS, _ = ClientTLS(cert, "", "", "chat", false)
		c, err := target.Dial(t.Context(), time.Now().Add(patience), 0)
		if class := classOf(t, err); class != metrics.TLS {
			t.Errorf("%s: class %q, %v", name, class, err)
		}
		if err == nil {
			c.Close()
		}
	}
	target := serve(t, answering("HTTP/1.1 400 Bad Request\r\n\r\n"))
	target.HTTP2 = true
	err := dial(t, target).Do(get())
	if class := classOf(t, err); class != metrics.Protocol || !strings.Contains(err.Error(), "http = 1") {
		t.Errorf("plain: class %q, %v", class, err)
	}
}

func BenchmarkExchangeHTTP2(b *testing.B) {
	target := website(b, http.HandlerFunc(oracle), "", "", true)
	c, x := dial(b, target), asks("GET", "/head")
	b.ReportAllocs()
	for b.Loop() {
		x.Deadline = time.Now().Add(patience)
		if err := c.Do(x); err != nil {
			b.Fatal(err)
		}
	}
}
