package wire

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/metrics"
)

const chunkedAnswer = ok + "Transfer-Encoding: chunked\r\n"

func TestStreams(t *testing.T) {
	type result struct {
		Status    int
		Events    bool
		Data      []string
		End       string
		KeepAlive bool
	}
	chunks := "5\r\nhello\r\n3;a=b\r\nyou\r\n0\r\n\r\n"
	tests := []struct {
		name, answer string
		closes       bool
		want         result
	}{
		{"events in chunks", sse + "Transfer-Encoding: chunked\r\n\r\n8\r\ndata: a\n\r\n9\r\n\ndata: b\n\r\n1\r\n\n\r\n0\r\nX: y\r\n\r\n", false,
			result{200, true, []string{"a", "b"}, "EOF", true}},
		{"events of a length", sse + "Content-Length: 9\r\n\r\ndata: a\n\n", false, result{200, true, []string{"a"}, "EOF", true}},
		{"events until close", sse + "\r\ndata: a\n\n", true, result{200, true, []string{"a"}, "EOF", false}},
		{"a type in capitals", ok + "Content-Type: Text/Event-Stream\r\nContent-Length: 9\r\n\r\ndata: a\n\n", false, result{200, true, []string{"a"}, "EOF", true}},
		{"chunks", chunkedAnswer + "\r\n" + chunks, false, result{200, false, []string{"hello", "you"}, "EOF", true}},
		{"last answer of a connection", chunkedAnswer + "Connection: close\r\n\r\n" + chunks, false, result{200, false, []string{"hello", "you"}, "EOF", false}},
		{"more than the answer", chunkedAnswer + "\r\n" + chunks + "HTTP/1.1", false, result{200, false, []string{"hello", "you"}, "EOF", false}},
		{"plain body", ok + "Content-Length: 5\r\n\r\nhello", false, result{200, false, []string{"hello"}, "EOF", true}},
		{"plain body in pieces", ok + "Content-Length: 15\r\n\r\nhellohellohello", false, result{200, false, []string{"hellohello", "hello"}, "EOF", true}},
		{"no content", "HTTP/1.1 204 No Content\r\n\r\n", false, result{204, false, nil, "EOF", true}},
		{"refused", "HTTP/1.1 503 Full\r\nContent-Length: 4\r\n\r\nfull", false, result{503, false, nil, "EOF", true}},
		{"redirected", "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", false, result{302, false, nil, "EOF", true}},
		{"encoded as it is", ok + "Content-Encoding: Identity\r\nContent-Length: 5\r\n\r\nhello", false, result{200, false, []string{"hello"}, "EOF", true}},
		{"encoded", ok + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", false, result{200, false, nil, "opening: protocol", false}},
		{"no answer", "", true, result{0, false, nil, "opening: closed", false}},
		{"garbage", "garbage\r\n\r\n", false, result{0, false, nil, "opening: protocol", false}},
		{"chunk larger than allowed", chunkedAnswer + "\r\nb\r\nhello", false, result{200, false, nil, "too large", false}},
		{"end in a chunk", chunkedAnswer + "\r\n5\r\nhe", true, result{200, false, nil, "closed", false}},
		{"end after a chunk", chunkedAnswer + "\r\n2\r\nhe\r\n", true, result{200, false, []string{"he"}, "closed", false}},
		{"end in a trailer", chunkedAnswer + "\r\n2\r\nhe\r\n0\r\nX: ", true, result{200, false, []string{"he"}, "closed", false}},
		{"end before the length", ok + "Content-Length: 9\r\n\r\nhello", true, result{200, false, []string{"hello"}, "closed", false}},
		{"not a chunk", chunkedAnswer + "\r\n2\r\nhexx\r\n", false, result{200, false, []string{"he"}, "protocol", false}},
		{"not a size", chunkedAnswer + "\r\n-1\r\n", false, result{200, false, nil, "protocol", false}},
		{"long extension", chunkedAnswer + "\r\n1;" + strings.Repeat("x", maxChunkLine), false, result{200, false, nil, "protocol", false}},
		{"trailer without end", chunkedAnswer + "\r\n0\r\n" + strings.Repeat("X: "+strings.Repeat("x", 3000)+"\r\n", 30), false, result{200, false, nil, "too large", false}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x, got := get(), result{}
			c := dial(t, serve(t, script(test.answer, test.closes)))
			s, err := c.OpenStream(x)
			got.Status = x.Status
			if err != nil {
				got.End = "opening: " + classOf(t, err).String()
			} else {
				var events []told
				events, got.End = listen(t, s, 10)
				for _, e := range events {
					got.Data = append(got.Data, e.Data)
				}
				got.Events, got.KeepAlive = s.Events, s.KeepAlive
				if got.End == "EOF" && !strings.HasPrefix(test.name, "more") && s.Received() != int64(len(test.answer)) {
					t.Errorf("received %d bytes of %d", s.Received(), len(test.answer))
				}
				if _, again := s.Next(time.Time{}, 10); again == nil {
					t.Error("no error after the end")
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if c.Alive() != got.KeepAlive {
				t.Errorf("alive %t", !got.KeepAlive)
			}
		})
	}
}

// The body of an answer that is no stream is kept or sampled as by Do.
func TestStreamRefused(t *testing.T) {
	x := get()
	if _, err := dial(t, serve(t, script("HTTP/1.1 503 Full\r\nContent-Length: 4\r\n\r\nfull", false))).OpenStream(x); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("503 full", fmt.Sprintf("%d %s", x.Status, x.Answer)); diff != "" {
		t.Error(diff)
	}
}

// speaking serves a stream that says what comes from the channel, as it stands.
func speaking(header string, speak <-chan string) func(net.Conn) {
	return func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if _, err := request(r); err != nil {
			return
		}
		_, _ = io.WriteString(conn, header)
		for text := range speak {
			_, _ = io.WriteString(conn, text)
		}
	}
}

// A stream that waits in the middle of a chunk's size, a chunk or a line is parked, loses nothing, and holds no buffer but
// for what has come of an event.
func TestStreamParks(t *testing.T) {
	const header = sse + "Transfer-Encoding: chunked\r\n\r\n"
	pieces := []string{"1", "4;x\r", "\ndata: hel", "lo\n", "\ndata: y", "\r", "\n1", "1\r\nou\n\ndata: again", "\n\n", "\r\n0", "\r\n", "X: y\r\n", "\r\n"}
	for name, start := range map[string]func(testing.TB, func(net.Conn)) *Target{"plain": serve, "TLS": encryptedTarget} {
		t.Run(name, func(t *testing.T) {
			speak := make(chan string)
			defer close(speak)
			s, err := dial(t, start(t, speaking(header, speak))).OpenStream(get())
			if err != nil {
				t.Fatal(err)
			}
			got, err := parkBetween(t, s, speak, pieces)
			if diff := cmp.Diff([]string{"hello", "you", "again"}, got); diff != "" || err != io.EOF || !s.KeepAlive {
				t.Errorf("%s, kept alive %t, %v", diff, s.KeepAlive, err)
			}
			if s.data != nil || s.conn.reader != nil {
				t.Error("an ended stream holds buffers")
			}
		})
	}
}

// parkBetween has the server speak one piece after another, and reads the stream only when the poller says so.
func parkBetween(t *testing.T, s *Stream, speak chan<- string, pieces []string) (events []string, err error) {
	poller := NewPoller()
	defer poller.Close()
	ready := make(chan struct{}, 1)
	for _, piece := range pieces {
		events = append(events, drain(t, s)...)
		if len(s.events.joined) == 0 && s.data != nil {
			t.Errorf("before %q the stream holds a buffer", piece)
		}
		received := s.Received()
		poller.Watch(s.Conn(), func() { ready <- struct{}{} })
		speak <- piece
		<-ready
		// TLS wakes once for its tickets, and may announce a record before it has come whole.
		for end := time.Now().Add(patience); s.Received() == received && s.err == nil && time.Now().Before(end); {
			events = append(events, drain(t, s)...)
		}
	}
	for end := time.Now().Add(patience); s.err == nil && time.Now().Before(end); {
		events = append(events, drain(t, s)...)
	}
	return events, s.err
}

// drain polls the stream until it has no more.
func drain(t *testing.T, s *Stream) (events []string) {
	for {
		e, ok, err := s.Poll(1000)
		if err != nil && err != io.EOF {
			t.Fatal(err)
		}
		if !ok {
			return events
		}
		events = append(events, string(e.Data))
	}
}

func TestStreamTimeout(t *testing.T) {
	speak := make(chan string)
	defer close(speak)
	c := dial(t, serve(t, speaking(sse+"\r\ndata: hel", speak)))
	s, err := c.OpenStream(get())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.Next(time.Now().Add(time.Millisecond), 1000); classOf(t, err) != metrics.Timeout {
			t.Fatalf("%v", err)
		}
	}
	speak <- "lo\n\n"
	before := c.target.now()
	e, err := s.Next(time.Now().Add(patience), 1000)
	if err != nil || string(e.Data) != "hello" || e.At < before-int64(time.Second) || e.At > c.target.now() {
		t.Errorf("%q at %d, %v", e.Data, e.At, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if s.KeepAlive || c.Alive() {
		t.Error("a connection outlives half an answer")
	}
	if _, err := s.Next(time.Time{}, 1000); classOf(t, err) != metrics.Closed {
		t.Errorf("after Close: %v", err)
	}
}

// endless is an answer that begins again where it ends, without what stands before the last empty line of its header.
type endless struct {
	canned
	again []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		e.rest = e.again
	}
	return e.canned.Read(p)
}

// Talk without an event in it holds up neither a poll nor a deadline.
func TestStreamTalk(t *testing.T) {
	s, err := through(t, &endless{canned{answer: []byte(sse + "\r\n")}, []byte(": talk\n")}).OpenStream(get())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Poll(1000); ok || err != nil || !s.Conn().link.unread {
		t.Errorf("%t, %v", ok, err)
	}
	talk := func(conn net.Conn) {
		for _, err := io.WriteString(conn, sse+"\r\n"); err == nil; {
			_, err = io.WriteString(conn, strings.Repeat(": talk\n", 1000))
		}
	}
	if s, err = dial(t, serve(t, talk)).OpenStream(get()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Next(time.Now().Add(10*time.Millisecond), 1000); classOf(t, err) != metrics.Timeout {
		t.Error(err)
	}
}

func TestStreamDoesNotAllocate(t *testing.T) {
	for name, again := range map[string]string{
		"events":           "1c\r\nevent: add\nid: 7\ndata: hello\r\n2\r\n\n\n\r\n",
		"events in pieces": "5\r\ndata:\r\n5\r\n a\n\nd\r\n7\r\nata: b\n\r\n1\r\n\n\r\n",
		"chunks":           "5\r\nhello\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			header := chunkedAnswer + "\r\n"
			if strings.HasPrefix(name, "events") {
				header = sse + "Transfer-Encoding: chunked\r\n\r\n"
			}
			s, err := through(t, &endless{canned{answer: []byte(header)}, []byte(again)}).OpenStream(get())
			if err != nil {
				t.Fatal(err)
			}
			got := testing.AllocsPerRun(100, func() {
				if _, err := s.Next(time.Time{}, 1000); err != nil {
					t.Fatal(err)
				}
			})
			if got > poolLosses {
				t.Errorf("%v allocations", got)
			}
		})
	}
}

// FuzzStream: whatever a server sends, reading ends with a class, within its bound, and the same however it is cut.
func FuzzStream(f *testing.F) {
	for _, body := range []string{
		"data: a\ndata: b\r\n\r\nid: 1\rdata:c\r\r",
		"\ufeffevent: x\ndata\n\n:" + strings.Repeat("x", 200),
	} {
		f.Add([]byte(sse+"\r\n"+body), []byte{1, 2, 3})
		f.Add([]byte(sse+"Transfer-Encoding: chunked\r\n\r\n"+chunkBody(body, []int{1, 5, 2})), []byte{9, 1, 1, 1, 1, 1, 1, 1})
		f.Add([]byte(chunkedAnswer+"\r\n"+chunkBody(body, []int{1, 5, 2})), []byte{200, 1})
		f.Add(fmt.Appendf(nil, "%sContent-Length: %d\r\n\r\n%s", sse, len(body)+1, body), []byte{})
	}
	const most = 100
	f.Fuzz(func(t *testing.T, answer, cuts []byte) {
		events, end := tune(t, &canned{answer: answer}, most)
		from := &canned{answer: answer}
		for _, c := range cuts {
			from.cuts = append(from.cuts, max(int(c), 1))
		}
		again, endAgain := tune(t, from, most)
		for _, e := range events {
			if len(e.Data) > most {
				t.Errorf("%d bytes of data", len(e.Data))
			}
		}
		if diff := cmp.Diff(joined(events), joined(again)); diff != "" || end != endAgain {
			t.Errorf("%s, and cut %s: %s", end, endAgain, diff)
		}
	})
}

// joined is what the data of events that carry neither type nor id are together: where the server cuts nothing, its
// body's pieces are as the network cut them.
func joined(events []told) (all []told) {
	for _, e := range events {
		if n := len(all); n > 0 && all[n-1].Type+all[n-1].ID+e.Type+e.ID == "" {
			all[n-1].Data += e.Data
			continue
		}
		all = append(all, e)
	}
	return all
}
