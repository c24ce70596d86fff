package wire

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/metrics"
)

// outcome is what a test compares of an exchange.
type outcome struct {
	Class     metrics.Class
	Answered  bool
	Status    int
	Answer    string
	KeepAlive bool
}

func do(t testing.TB, c *Conn, x *Exchange) outcome {
	t.Helper()
	err := c.Do(x)
	got := outcome{Class: classOf(t, err), Status: x.Status, Answer: string(x.Answer), KeepAlive: x.KeepAlive}
	if failure, ok := err.(*Failure); ok {
		got.Answered = failure.Answered
	}
	return got
}

const ok = "HTTP/1.1 200 OK\r\n"

func TestAnswers(t *testing.T) {
	good := outcome{Status: 200, Answer: "hello", KeepAlive: true}
	broken := func(class metrics.Class, status int) outcome {
		return outcome{Class: class, Answered: true, Status: status}
	}
	long := strings.Repeat("x", 3000)
	tests := []struct {
		name   string
		answer string
		closes bool
		want   outcome
	}{
		{"length", ok + "Content-Length: 5\r\n\r\nhello", false, good},
		{"chunks", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\n\r\n", false, good},
		{"chunks and trailer", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n", false, good},
		{"chunk digits", ok + "Transfer-Encoding: chunked\r\n\r\n00005 \r\nhello\r\n0\r\n\r\n", false, good},
		{"until close", ok + "\r\nhello", true, outcome{Status: 200, Answer: "hello"}},
		{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, outcome{Status: 200, Answer: "hello"}},
		{"HTTP/1.0 kept alive", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello", false, good},
		{"connection: close", ok + "Connection: foo, Close\r\nContent-Length: 5\r\n\r\nhello", false, outcome{Status: 200, Answer: "hello"}},
		{"unasked bytes", ok + "Content-Length: 5\r\n\r\nhello!", false, outcome{Status: 200, Answer: "hello"}},
		{"interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok + "Content-Length: 5\r\n\r\nhello", false, good},
		{"no content", "HTTP/1.1 204 No Content\r\n\r\n", false, outcome{Status: 204, KeepAlive: true}},
		{"not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", false, outcome{Status: 304, KeepAlive: true}},
		{"long header", ok + "X: " + long + "\r\nY: " + long + "\r\nContent-Length: 5\r\n\r\nhello", false, good},
		{"unknown encoding", ok + "Content-Encoding: rot13\r\nContent-Length: 5\r\n\r\nhello", false, good},

		{"nothing", "", true, outcome{Class: metrics.Closed}},
		{"end in header", ok + "Content-", true, broken(metrics.Closed, 0)},
		{"end in body", ok + "Content-Length: 9\r\n\r\nhello", true, outcome{Class: metrics.Closed, Answered: true, Status: 200, Answer: "hello"}},
		{"end in chunk", ok + "Transfer-Encoding: chunked\r\n\r\n9\r\n", true, broken(metrics.Closed, 200)},
		{"end before chunk", ok + "Transfer-Encoding: chunked\r\n\r\n", true, broken(metrics.Closed, 200)},
		{"end in trailer", ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n", true, broken(metrics.Closed, 200)},
		{"garbage", "\x16\x03\x01\x00\xa5\x01\r\n\r\n", false, broken(metrics.Protocol, 0)},
		{"other protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", false, broken(metrics.Protocol, 0)},
		{"header without colon", ok + "nonsense\r\n\r\n", false, broken(metrics.Protocol, 0)},
		{"two lengths", ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", false, broken(metrics.Protocol, 0)},
		{"negative length", ok + "Content-Length: -5\r\n\r\nhello", false, broken(metrics.Protocol, 0)},
		{"chunk size", ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", false, broken(metrics.Protocol, 200)},
		{"huge chunk size", ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", false, broken(metrics.Protocol, 200)},
		{"chunk end", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhexx\r\n0\r\n\r\n", false, outcome{Class: metrics.Protocol, Answered: true, Status: 200, Answer: "he"}},
		{"chunk line feed", ok + "Transfer-Encoding: chunked\r\n\r\n2\nhe", false, broken(metrics.Protocol, 200)},
		{"chunk extension", ok + "Transfer-Encoding: chunked\r\n\r\n2;" + strings.Repeat("x", 5000) + "\r\nhe\r\n0\r\n\r\n", false, broken(metrics.Protocol, 200)},
		{"trailer without end", ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + strings.Repeat("X: "+long+"\r\n", 30), false, broken(metrics.TooLarge, 200)},
		{"header without end", ok + strings.Repeat("X: "+long+"\r\n", 30), false, broken(metrics.TooLarge, 0)},
		{"line without end", strings.Repeat("x", 100<<10), false, broken(metrics.TooLarge, 0)},
		{"interim without end", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 50), false, broken(metrics.Protocol, 100)},
		{"status below 100", "HTTP/1.1 099 What\r\n\r\n", false, broken(metrics.Protocol, 99)},
		{"switch unasked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", false, broken(metrics.Protocol, 101)},
		{"announced too large", ok + "Content-Length: 2000\r\n\r\n", false, broken(metrics.TooLarge, 200)},
		{"not gzip", ok + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", false, broken(metrics.Protocol, 200)},
		{"not brotli", ok + "Content-Encoding: br\r\nContent-Length: 5\r\n\r\n\xff\xff\xff\xff\xff", false, broken(metrics.Protocol, 200)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target := serve(t, script(test.answer, test.closes))
			target.BodyLimit = 1000
			x := get()
			x.KeepBody = true
			if diff := cmp.Diff(test.want, do(t, dial(t, target), x)); diff != "" {
				t.Error(diff)
			}
			if test.want.Class != metrics.OK {
				return
			}
			if diff := cmp.Diff([]int64{int64(len(x.Request)), int64(len(test.answer))}, []int64{x.Sent, x.Received}); diff != "" {
				t.Errorf("bytes: %s", diff)
			}
			if x.Wrote > x.FirstByte || x.FirstByte > x.Done {
				t.Errorf("instants out of order: %d, %d, %d", x.Wrote, x.FirstByte, x.Done)
			}
		})
	}
}

func TestDiscardedBodies(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 20<<10)
	chunks := strings.Repeat("8000\r\n"+big[:0x8000]+"\r\n", 10)
	tests := []struct {
		name   string
		answer string
		want   outcome
	}{
		{"small", ok + "Content-Length: 5\r\n\r\nhello", outcome{Status: 200, KeepAlive: true}},
		{"empty", ok + "Content-Length: 0\r\n\r\n", outcome{Status: 200, KeepAlive: true}},
		{"larger than a kept one may be", fmt.Sprintf(ok+"Content-Length: %d\r\n\r\n%s", len(big), big), outcome{Status: 200, KeepAlive: true}},
		{"chunks", ok + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n", outcome{Status: 200, KeepAlive: true}},
		{"bad chunk", ok + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "!\r\n", outcome{Class: metrics.Protocol, Answered: true, Status: 200}},
		{"bad first chunk", ok + "Transfer-Encoding: chunked\r\n\r\n!\r\n2\r\nhe\r\n0\r\n\r\n", outcome{Class: metrics.Protocol, Answered: true, Status: 200}},
		{"sample", "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops", outcome{Status: 500, Answer: "oops", KeepAlive: true}},
		{"long sample", fmt.Sprintf("HTTP/1.1 500 Oops\r\nContent-Length: %d\r\n\r\n%s", len(big), big), outcome{Status: 500, Answer: big[:sampleSize], KeepAlive: true}},
		{"no sample of what is encoded", "HTTP/1.1 500 Oops\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\noops", outcome{Status: 500, KeepAlive: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target := serve(t, script(test.answer, false))
			target.BodyLimit = 1000
			x := get()
			if diff := cmp.Diff(test.want, do(t, dial(t, target), x)); diff != "" {
				t.Error(diff)
			}
			if x.Received != int64(len(test.answer)) {
				t.Errorf("received %d bytes of %d", x.Received, len(test.answer))
			}
		})
	}
}

func encode(t *testing.T, w io.WriteCloser, err error, text string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestEncodings(t *testing.T) {
	for _, encoding := range []string{"gzip", "X-Gzip", "deflate", "raw deflate", "br"} {
		t.Run(encoding, func(t *testing.T) {
			encoded := func(text string) string {
				var b bytes.Buffer
				switch encoding {
				case "deflate":
					encode(t, zlib.NewWriter(&b), nil, text)
				case "raw deflate":
					w, err := flate.NewWriter(&b, 6)
					encode(t, w, err, text)
				case "br":
					encode(t, brotli.NewWriter(&b), nil, text)
				default:
					encode(t, gzip.NewWriter(&b), nil, text)
				}
				return b.String()
			}
			name := strings.TrimPrefix(encoding, "raw ")
			bodies := []string{encoded("hello"), encoded("again"), "", encoded(strings.Repeat("bomb", 1<<20)), encoded("hello")[:4]}
			target := serve(t, func(conn net.Conn) {
				r := bufio.NewReader(conn)
				for _, body := range bodies {
					if _, err := request(r); err != nil {
						return
					}
					fmt.Fprintf(conn, ok+"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s", name, len(body), body)
				}
			})
			target.BodyLimit = 100 << 10
			x, c := get(), dial(t, target)
			x.KeepBody = true
			var got []outcome
			for range 3 {
				got = append(got, do(t, c, x))
			}
			want := []outcome{
				{Status: 200, Answer: "hello", KeepAlive: true},
				{Status: 200, Answer: "again", KeepAlive: true},
				{Status: 200, KeepAlive: true},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if class := classOf(t, c.Do(x)); class != metrics.TooLarge {
				t.Errorf("a bomb is %q", class)
			}
			if cap(x.Answer) > 1<<20 {
				t.Errorf("a bomb took %d bytes", cap(x.Answer))
			}
		})
	}
}

func TestTruncatedEncoding(t *testing.T) {
	var b bytes.Buffer
	encode(t, gzip.NewWriter(&b), nil, "hello, hello, hello")
	cut := b.String()[:b.Len()-9]
	x := get()
	x.KeepBody = true
	c := dial(t, serve(t, script(fmt.Sprintf(ok+"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(cut), cut), false)))
	if class := classOf(t, c.Do(x)); class != metrics.Protocol {
		t.Errorf("class %q", class)
	}
}

func TestHead(t *testing.T) {
	for answer, kept := range map[string]bool{
		ok + "Content-Length: 5\r\n\r\n":                      true,
		ok + "Transfer-Encoding: chunked\r\n\r\n":             true,
		ok + "X: y\r\n\r\n":                                   true,
		ok + "CONNECTION: x, Close\r\n\r\n":                   false,
		ok + "Connection: close\r\nContent-Length: 5\r\n\r\n": false,
		"HTTP/1.0 200 OK\r\n\r\n":                             false,
		ok + "X: " + strings.Repeat("x", 5000) + "\r\n\r\n":   false,
		"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n": true,
	} {
		x, c := get(), dial(t, serve(t, script(answer, false)))
		x.NoBody = true
		if err := c.Do(x); err != nil || x.KeepAlive != kept {
			t.Errorf("%.60q: kept alive %t, %v", answer, x.KeepAlive, err)
		}
	}
}

// What an answer said must not be taken for what the next, which never came, says.
func TestNothingIsLeftOver(t *testing.T) {
	x := get()
	x.KeepBody = true
	if got := do(t, dial(t, serve(t, script(ok+"X: y\r\nContent-Length: 5\r\n\r\nhello", false))), x); got.Answer != "hello" {
		t.Fatalf("%+v", got)
	}
	if diff := cmp.Diff(outcome{Class: metrics.Closed}, do(t, dial(t, serve(t, script("", true))), x)); diff != "" {
		t.Error(diff)
	}
	if left := x.Get("X"); len(left) > 0 || x.FirstByte != 0 {
		t.Errorf("left over: %q, first byte at %d", left, x.FirstByte)
	}
}

func TestHeaders(t *testing.T) {
	x := get()
	c := dial(t, serve(t, script(ok+"x-TRACE: 1\r\nX-Trace: 2\r\nContent-Length: 0\r\n\r\n", false)))
	if err := c.Do(x); err != nil {
		t.Fatal(err)
	}
	got := []string{string(x.Get("X-Trace")), string(x.Get("x-trace")), string(x.Get("Content-Type")), string(x.Get("content-length"))}
	if diff := cmp.Diff([]string{"1", "1", "", "0"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsQuoteNoHeader(t *testing.T) {
	for _, end := range []string{"", "nonsense\r\n\r\n"} {
		c := dial(t, serve(t, script(ok+"Set-Cookie: token=hush\r\n"+end, true)))
		err := c.Do(get())
		if err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", end, err)
		}
	}
}

func TestErrorsNameTheFlaw(t *testing.T) {
	for header, want := range map[string]string{
		"Content-Length: -5\r\n":                     "content-length",
		"Content-Length: 5\r\nContent-Length: 6\r\n": "duplicate content-length header",
		"X-A: a\x01b\r\n":                            "invalid header value",
		"Transfer-Encoding: hush\r\n":                "unsupported transfer-encoding",
	} {
		c := dial(t, serve(t, script(ok+header+"\r\n", true)))
		err := c.Do(get())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") || len(err.Error()) > 250 {
			t.Errorf("%q: %v", header, err)
		}
	}
}

func TestShrink(t *testing.T) {
	x := &Exchange{Answer: make([]byte, 10), encoded: make([]byte, 20)}
	x.Shrink(10)
	if cap(x.Answer) != 10 || x.encoded != nil {
		t.Errorf("%d and %d bytes are kept", cap(x.Answer), cap(x.encoded))
	}
}

func TestBodies(t *testing.T) {
	for _, size := range []int{1, 1000, scratchSize, 3 * scratchSize} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			body := bytes.Repeat([]byte("b"), size)
			target := serve(t, func(conn net.Conn) {
				r := bufio.NewReader(conn)
				if _, err := request(r); err != nil {
					return
				}
				got := make([]byte, size)
				if _, err := io.ReadFull(r, got); err != nil {
					return
				}
				answer := fmt.Sprint(bytes.Equal(got, body))
				fmt.Fprintf(conn, ok+"Content-Length: %d\r\n\r\n%s", len(answer), answer)
			})
			x := get()
			x.Request, x.KeepBody = nil, true
			x.Head, _ = AppendHeader(AppendRequest(nil, "POST", "/", "x"), "Content-Length", fmt.Sprint(size))
			x.Head, x.Body = append(x.Head, "\r\n"...), body
			if diff := cmp.Diff(outcome{Status: 200, Answer: "true", KeepAlive: true}, do(t, dial(t, target), x)); diff != "" {
				t.Error(diff)
			}
			if want := int64(len(x.Head) + size); x.Sent != want {
				t.Errorf("sent %d bytes, want %d", x.Sent, want)
			}
		})
	}
}

func TestEarlyAnswer(t *testing.T) {
	target := serve(t, func(conn net.Conn) {
		if _, err := request(bufio.NewReader(conn)); err == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
		}
		// Reading no further makes the close a reset.
	})
	x := get()
	x.Request, x.Head, x.Body = nil, []byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n"), make([]byte, 50_000_000)
	got := do(t, dial(t, target), x)
	if got.KeepAlive || got.Status != 413 && got.Class != metrics.Reset {
		t.Errorf("got %+v, want the early answer, or a reset where it came too late", got)
	}
}

func TestDeadlines(t *testing.T) {
	const short = 30 * time.Millisecond
	drip := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			for {
				if _, err := io.WriteString(conn, text); err != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
		}
	}
	tests := []struct {
		name   string
		handle func(net.Conn)
		body   int
		want   metrics.Class
	}{
		{"silence", func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }, 0, metrics.Timeout},
		{"header drips", drip("X"), 0, metrics.Timeout},
		{"body without end", script(ok+"\r\nhello", false), 0, metrics.Timeout},
		{"nobody reads", drip(""), 64 << 20, metrics.Timeout},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x, c := get(), dial(t, serve(t, test.handle))
			x.Request, x.Head, x.Body = nil, x.Request, make([]byte, test.body)
			x.Deadline = time.Now().Add(short)
			if class := classOf(t, c.Do(x)); class != test.want {
				t.Errorf("class %q, want %q", class, test.want)
			}
			if late := x.Done - int64(x.Deadline.Sub(c.target.Start)); late < 0 {
				t.Errorf("gave up %v early", time.Duration(-late))
			}
		})
	}
}
