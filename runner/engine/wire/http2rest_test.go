package wire

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"

	"plimsoll/runner/metrics"
)

// A connection that rests answers pings and settings, and notices that the server leaves, when it is looked at.
func TestHTTP2Rests(t *testing.T) {
	rest, answered := make(chan struct{}), make(chan bool, 1)
	c := dial(t, speakHTTP2(t, func(s *speaker) {
		s.header(true)
		<-rest
		_ = s.WritePing(false, [8]byte{1, 2, 3})
		for {
			frame, err := s.ReadFrame()
			if err != nil {
				answered <- false
				return
			}
			if ping, ok := frame.(*http2.PingFrame); ok {
				answered <- ping.IsAck() && ping.Data == [8]byte{1, 2, 3}
				break
			}
		}
		<-rest
		_ = s.WriteGoAway(s.id, 0, nil)
	}))
	if got := do(t, c, get()); !got.KeepAlive || !c.Alive() {
		t.Fatalf("%+v", got)
	}
	poller := NewPoller()
	defer poller.Close()
	for _, alive := range []bool{true, false} {
		ready := make(chan struct{})
		poller.Watch(c, func() { close(ready) })
		rest <- struct{}{}
		<-ready
		eventually(t, "alive", func() bool { return c.Alive() == alive })
		if alive && !<-answered {
			t.Error("a ping is not answered")
		}
	}
	if c.reader != nil || c.frames.out != nil {
		t.Error("a connection that rests holds buffers")
	}
	if got := do(t, c, get()); got.Class != metrics.Closed || got.Answered {
		t.Errorf("after GOAWAY: %+v", got)
	}
}

// A body waits for the windows, which may shrink below nothing, until they open or time is up.
func TestHTTP2Windows(t *testing.T) {
	for _, opens := range []bool{true, false} {
		target := serve(t, func(conn net.Conn) {
			s := newSpeaker(conn, conn)
			if !s.greeted() || s.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 10}) != nil {
				return
			}
			next := make(chan http2.Frame)
			go s.listen(next)
			got := 0
			for frame := range next {
				data, ok := frame.(*http2.DataFrame)
				if ok {
					got += int(data.Length)
					s.id = data.StreamID
				}
				if ok && opens {
					_ = s.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0})
					_ = s.WriteWindowUpdate(0, data.Length)
					_ = s.WriteWindowUpdate(s.id, data.Length+10)
				}
				if ok && data.StreamEnded() {
					s.header(false)
					s.data(true, fmt.Sprint(got))
				}
			}
		})
		target.HTTP2 = true
		x, want := post("/", 300_000), outcome{Status: 200, Answer: "300000", KeepAlive: true}
		if !opens {
			x.Deadline, want = time.Now().Add(30*time.Millisecond), outcome{Class: metrics.Timeout}
		}
		if diff := cmp.Diff(want, do(t, dial(t, target), x)); diff != "" {
			t.Errorf("opens %t: %s", opens, diff)
		}
	}
}

// A stream given up costs the others nothing: what still comes of it is passed over, and its windows are given back.
func TestHTTP2LateFrames(t *testing.T) {
	const pieces, size = 600, maxFrame
	c := dial(t, speakHTTP2(t, func(s *speaker) {
		s.header(false)
		s.data(false, "hello")
		s.raw(http2.FrameData, http2.FlagDataPadded, s.id, "\x05"+strings.Repeat("x", 100))
		first, window := s.id, int64(answerWindow)
		next := make(chan http2.Frame)
		go s.listen(next)
		for asked := false; !asked; {
			frame := <-next
			_, asked = frame.(*http2.HeadersFrame)
		}
		for range pieces { // more than the connection's window
			for window < size {
				if grown, ok := (<-next).(*http2.WindowUpdateFrame); ok && grown.StreamID == 0 {
					window += int64(grown.Increment)
				}
			}
			_ = s.WriteData(first, false, make([]byte, size))
			window -= size
		}
		s.headers(true, "x", "trailer of "+"a stream given up")
		s.id = first + 2
		s.header(false)
		s.data(true, "hello")
		for range next {
		}
	}))
	s, err := c.OpenStream(get())
	if err != nil {
		t.Fatal(err)
	}
	if e, err := s.Next(time.Now().Add(patience), 10); err != nil || string(e.Data) != "hello" {
		t.Fatalf("%q, %v", e.Data, err)
	}
	if err := s.Close(); err != nil || !s.KeepAlive {
		t.Fatalf("kept alive %t, %v", s.KeepAlive, err)
	}
	x := get()
	x.KeepBody = true
	if diff := cmp.Diff(outcome{Status: 200, Answer: "hello", KeepAlive: true}, do(t, c, x)); diff != "" {
		t.Error(diff)
	}
}

// listen reads frames until the connection ends. Their bytes are not to be looked at.
func (s *speaker) listen(to chan<- http2.Frame) {
	defer close(to)
	for {
		frame, err := s.ReadFrame()
		if err != nil {
			return
		}
		to <- frame
	}
}
