package wire

import (
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"plimsoll/runner/metrics"
)

// FuzzResponse: whatever a server answers, an exchange ends with a class and within its bounds.
func FuzzResponse(f *testing.F) {
	for _, seed := range []string{
		small,
		ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\nX: 1\r\n\r\n",
		ok + "\r\nuntil close",
		"HTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n",
		ok + "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff",
		ok + "Content-Encoding: br\r\nContent-Length: 2\r\n\r\n\x3b\x00",
		ok + "Content-Encoding: deflate\r\n\r\n\x78\x9c",
		ok + "X: " + strings.Repeat("x", 2*narrowSize) + "\r\nContent-Length: 1\r\n\r\n!",
		ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffff\r\n",
		"HTTP/1.0 204 \r\n folded\r\n\r\n",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, answer []byte, keep bool) {
		c := through(t, &canned{answer: answer})
		defer c.Close()
		c.target.BodyLimit = 1 << 16
		x := get()
		x.Deadline, x.KeepBody = time.Time{}, keep
		err := c.Do(x)
		if class := classOf(t, err); err != nil && class == metrics.OK {
			t.Errorf("%v has no class", err)
		}
		if err == nil && (x.Status < 200 || x.Received > int64(len(answer))) {
			t.Errorf("status %d, %d bytes of %d", x.Status, x.Received, len(answer))
		}
		if len(x.Answer) > 1<<16 && Classify(err) != metrics.TooLarge {
			t.Errorf("kept %d bytes", len(x.Answer))
		}
		if x.KeepAlive && err != nil {
			t.Errorf("kept alive after %v", err)
		}
	})
}

// FuzzFrames: whatever a server sends, reading ends with a class, within its bound, and the same read in parts as read
// at once.
func FuzzFrames(f *testing.F) {
	for _, seed := range []string{
		frame(ws.OpText, true, "hello") + closing(1000, "bye"),
		frame(ws.OpText, false, "a") + frame(ws.OpPing, true, "p") + frame(ws.OpContinuation, true, "b"),
		frame(ws.OpBinary, true, strings.Repeat("\xff", 300)),
		"\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff",
		"\x88\x01x", "\xc1\x00", "\x80\x00", "\x81\x81mask!",
		packedFrame(ws.OpText, true, squeeze("hello")), packedFrame(ws.OpBinary, true, squeeze(strings.Repeat("x", 2000))),
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	const max = 1000
	read := func(t *testing.T, from *canned, deflate bool) (messages []string, end string) {
		s := &Socket{conn: through(t, from), deflate: deflate}
		defer s.Conn().Close()
		for {
			m, err := s.Next(time.Time{}, max)
			if err != nil {
				return messages, classOf(t, err).String() + err.Error()
			}
			if len(m.Data) > max {
				t.Errorf("a message of %d bytes", len(m.Data))
			}
			messages = append(messages, string(m.Data))
		}
	}
	f.Fuzz(func(t *testing.T, sent []byte, deflate bool) {
		messages, end := read(t, &canned{rest: sent}, deflate)
		again, endAgain := read(t, &canned{rest: sent, slow: true}, deflate)
		if strings.Join(messages, "\x00") != strings.Join(again, "\x00") || end != endAgain {
			t.Errorf("%q, %s\nin parts %q, %s", messages, end, again, endAgain)
		}
	})
}
