package wire

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plimsoll/runner/metrics"
)

const sse = ok + "Content-Type: text/event-stream; charset=utf-8\r\n"

// told is an event as a test compares it.
type told struct{ Type, ID, Data string }

// listen reads the stream until its end, and gives what ended it: "EOF" or the failure's class.
func listen(t testing.TB, s *Stream, max int64) (events []told, end string) {
	t.Helper()
	for {
		e, err := s.Next(time.Time{}, max)
		switch {
		case err == io.EOF:
			return events, "EOF"
		case err != nil:
			return events, classOf(t, err).String()
		}
		events = append(events, told{string(e.Type), string(e.ID), string(e.Data)})
	}
}

// tune opens a stream whose answer is canned.
func tune(t testing.TB, from *canned, max int64) (events []told, end string) {
	t.Helper()
	x := get()
	x.Deadline = time.Time{}
	c := through(t, from)
	defer c.Close()
	s, err := c.OpenStream(x)
	if err != nil {
		return nil, "opening: " + classOf(t, err).String()
	}
	return listen(t, s, max)
}

func TestEvents(t *testing.T) {
	tests := []struct {
		name, body string
		want       []told
	}{
		{"one", "data: hello\n\n", []told{{Data: "hello"}}},
		{"CRLF", "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", []told{{Data: "a\nb"}, {Data: "c"}}},
		{"CR", "data: a\rdata: b\r\rdata: c\r\r", []told{{Data: "a\nb"}, {Data: "c"}}},
		{"mixed line ends", "data: a\r\ndata: b\n\rdata: c\n\n", []told{{Data: "a\nb"}, {Data: "c"}}},
		{"type and id", "event: add\nid: 7\ndata: x\n\n", []told{{"add", "7", "x"}}},
		{"id stays, type does not", "event: add\nid: 7\ndata: x\n\ndata: y\n\n", []told{{"add", "7", "x"}, {ID: "7", Data: "y"}}},
		{"id alone", "id: 7\n\ndata: y\n\n", []told{{ID: "7", Data: "y"}}},
		{"id taken back", "id: 7\n\nid\ndata: y\n\n", []told{{Data: "y"}}},
		{"id with NUL", "id: a\x00b\ndata: y\n\n", []told{{Data: "y"}}},
		{"type without data", "event: add\n\ndata: y\n\n", []told{{Data: "y"}}},
		{"comments", ": ping\n\n:\ndata: y\n:data: z\n\n", []told{{Data: "y"}}},
		{"no data", "\n\n\n", nil},
		{"empty data", "data\n\ndata:\n\ndata\ndata\n\n", []told{{}, {}, {Data: "\n"}}},
		{"one space goes", "data:a\n\ndata: b\n\ndata:  c\n\n", []told{{Data: "a"}, {Data: "b"}, {Data: " c"}}},
		{"colon in a value", "data: a: b\n\n", []told{{Data: "a: b"}}},
		{"unknown fields", "Data: a\n data: b\nfoo\ndata: c\n\n", []told{{Data: "c"}}},
		{"byte order mark", "\ufeffdata: a\n\n\ufeffdata: b\n\n", []told{{Data: "a"}}},
		{"incomplete", "data: a\n\ndata: b\n", []told{{Data: "a"}}},
		{"unended line", "data: a\n\ndata: b", []told{{Data: "a"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, end := tune(t, &canned{answer: []byte(sse + "\r\n" + test.body)}, 1000)
			if diff := cmp.Diff(test.want, got); diff != "" || end != "EOF" {
				t.Errorf("ended with %s, %s", end, diff)
			}
		})
	}
}

func TestRetry(t *testing.T) {
	for body, want := range map[string]time.Duration{
		"":              0,
		"retry: 1500\n": 1500 * time.Millisecond,
		"retry: 1500\nretry: 1.5\nretry: -1\nretry\n": 1500 * time.Millisecond,
	} {
		s, err := through(t, &canned{answer: []byte(sse + "\r\n" + body)}).OpenStream(get())
		if err != nil {
			t.Fatal(err)
		}
		if _, end := listen(t, s, 1000); end != "EOF" || s.Retry() != want {
			t.Errorf("%q: retry after %v, ended with %s", body, s.Retry(), end)
		}
	}
	var e events
	e.pause([]byte(strings.Repeat("9", 100)))
	if e.retry < 24*time.Hour {
		t.Errorf("a long pause is %v", e.retry)
	}
}

// The limit is on the data of an event, and holds wherever it is cut.
func TestEventLimit(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       string
	}{
		{"as large as allowed", "data: 0123456789\n\n", "EOF"},
		{"one line too long", "data: 0123456789a\n\n", "too large"},
		{"lines too long together", "data: 01234\ndata: 56789\n\n", "too large"},
		{"long comment", ":" + strings.Repeat("x", 100), "too large"},
		{"long type", "event: " + strings.Repeat("x", 100), "too large"},
		{"lines without end", strings.Repeat("data\n", 12), "too large"},
		{"events without end", strings.Repeat("data: 01234\n\n", 12), "EOF"},
		{"small comments without end", strings.Repeat(":\n", 1000), "EOF"},
	} {
		for _, slow := range []bool{false, true} {
			if _, end := tune(t, &canned{answer: []byte(sse + "\r\n" + test.body), slow: slow}, 10); end != test.want {
				t.Errorf("%s, byte by byte %t: %s", test.name, slow, end)
			}
		}
	}
}

// chunkBody cuts a body into chunks of the sizes.
func chunkBody(body string, sizes []int) string {
	var b strings.Builder
	for i := 0; len(body) > 0; i++ {
		n := len(body)
		if i < len(sizes) {
			n = min(n, sizes[i])
		}
		fmt.Fprintf(&b, "%x;i=%d\r\n%s\r\n", n, i, body[:n])
		body = body[n:]
	}
	return b.String() + "0\r\nTrailer: x\r\n\r\n"
}

// What is read of a stream does not depend on how its bytes are cut, into chunks or on their way.
func TestEventsHoweverTheyAreCut(t *testing.T) {
	line := rapid.SampledFrom([]string{"data: hello", "data", "data:", "id: 1", "event: add", ": comment", "retry: 5", "x", "", "", "\ufeffdata: é"})
	ends := rapid.SampledFrom([]string{"\n", "\r", "\r\n"})
	rapid.Check(t, func(rt *rapid.T) {
		var body strings.Builder
		for range rapid.IntRange(0, 20).Draw(rt, "lines") {
			body.WriteString(line.Draw(rt, "line") + ends.Draw(rt, "end"))
		}
		cuts := rapid.SliceOfN(rapid.IntRange(1, 9), 0, 30)
		plain := sse + "\r\n" + body.String()
		want, _ := tune(t, &canned{answer: []byte(plain)}, 20)
		for name, answer := range map[string]string{
			"until close": plain,
			"length":      fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", sse, body.Len(), body.String()),
			"chunks":      sse + "Transfer-Encoding: chunked\r\n\r\n" + chunkBody(body.String(), cuts.Draw(rt, "chunks")),
		} {
			got, end := tune(t, &canned{answer: []byte(answer), cuts: cuts.Draw(rt, "cuts")}, 20)
			if diff := cmp.Diff(want, got); diff != "" || end != "EOF" && end != metrics.TooLarge.String() {
				rt.Fatalf("%s: ended with %s, %s", name, end, diff)
			}
		}
	})
}
