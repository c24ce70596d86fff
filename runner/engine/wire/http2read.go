package wire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/net/http2"

	"plimsoll/runner/metrics"
)

// step reads one frame, or what has come of one that is passed over. An error of reading loses nothing: the next step goes
// on there.
func (f *frames) step() error {
	if f.others+f.padding > 0 {
		return f.pass()
	}
	start, err := f.conn.reader.Peek(frameHeader)
	if err != nil {
		return f.lost(err)
	}
	kind, length := http2.FrameType(start[3]), int(start[0])<<16|int(start[1])<<8|int(start[2])
	if !f.settled && (kind != http2.FrameSettings || http2.Flags(start[4]).Has(http2.FlagSettingsAck)) {
		return stranger(start)
	}
	if kind == http2.FrameData {
		return f.data(length, http2.Flags(start[4]).Has(http2.FlagDataPadded))
	}
	if length <= maxFrame {
		if err := f.await(frameHeader + length); err != nil {
			return err
		}
	}
	frame, err := f.framer.ReadFrame()
	if err != nil {
		return fault("%w", err)
	}
	return f.handle(frame)
}

// stranger is the error of a server that does not begin with its settings.
func stranger(start []byte) error {
	if bytes.HasPrefix(start, []byte("HTTP/1")) {
		return &Failure{Class: metrics.Protocol, Err: errors.New("the server answers in HTTP/1: set http = 1 for this service")}
	}
	return fault("it begins with %q", start)
}

// await waits until n bytes have come, taking none.
func (f *frames) await(n int) error {
	c := f.conn
	if n > c.reader.Size() && !c.widen() {
		return tooLarge(int64(c.target.headerLimit()))
	}
	_, err := c.reader.Peek(n)
	if errors.Is(err, bufio.ErrBufferFull) {
		return tooLarge(int64(c.target.headerLimit()))
	}
	return f.lost(err)
}

// pass passes over what nobody wants of a frame.
func (f *frames) pass() error {
	r := f.conn.reader
	if r.Buffered() == 0 {
		if _, err := r.Peek(1); err != nil {
			return f.lost(err)
		}
	}
	n, err := r.Discard(int(min(int64(r.Buffered()), f.others+f.padding)))
	if err != nil {
		return err
	}
	if f.others > 0 {
		f.others -= int64(n)
		return f.giveBack(int64(n), 0)
	}
	f.padding -= int64(n)
	return f.giveBack(int64(n), int64(n))
}

// data reads the beginning of a DATA frame (section 6.1).
func (f *frames) data(length int, padded bool) error {
	left, padding := int64(length), int64(0)
	if padded {
		start, err := f.conn.reader.Peek(frameHeader + min(length, 1))
		if err != nil {
			return f.lost(err)
		}
		padding = int64(start[len(start)-1])
		if left -= padding + 1; length == 0 || left < 0 {
			return fault("a frame has more padding than bytes")
		}
	}
	header, err := f.framer.ReadFrameHeader()
	if err != nil {
		return fault("%w", err)
	}
	if padded {
		if _, err := f.conn.reader.Discard(1); err != nil {
			return err
		}
		f.owed++
	}
	if !f.mine(header.StreamID) {
		f.others = left + padding
		return f.past(header.StreamID)
	}
	f.got += left
	f.due += int64(length) - left - padding
	f.left, f.padding, f.final = left, padding, header.Flags.Has(http2.FlagDataEndStream)
	switch {
	case f.x != nil:
		return fault("a body comes before its header")
	case f.length >= 0 && f.got > f.length:
		return fault("the body is longer than announced")
	}
	return nil
}

// mine reports whether the stream is the one that is open.
func (f *frames) mine(id uint32) bool { return f.open && !f.final && id == f.id }

// past lets pass what comes late for a stream that has been open.
func (f *frames) past(id uint32) error {
	if id&1 == 1 && id <= f.id {
		return nil
	}
	return fault("it speaks of stream %d, which nobody opened", id)
}

// giveBack lets the server send as many bytes again, on the connection and on the stream. It is told of many at once.
func (f *frames) giveBack(all, own int64) error {
	f.owed += all
	f.due += own
	if f.owed >= answerWindow/2 {
		f.writeNumber(http2.FrameWindowUpdate, 0, uint32(f.owed))
		f.owed = 0
	}
	if f.due >= answerWindow/2 && f.open && !f.final {
		f.writeNumber(http2.FrameWindowUpdate, f.id, uint32(f.due))
		f.due = 0
	}
	return f.flush()
}

// took notes that bytes of the body have been read. Where the server cannot be told, the next read fails.
func (f *frames) took(n int) {
	f.left -= int64(n)
	_ = f.giveBack(int64(n), int64(n))
}

// advance sees to it that a byte of the answer's body comes next; io.EOF: none will.
func (f *frames) advance(b *body) error {
	for f.left == 0 {
		if f.ended() {
			return f.end()
		}
		if err := f.step(); err != nil {
			return unexpected(err)
		}
	}
	b.r, b.left = f.conn.reader, f.left
	return nil
}

// end is the end of the body, which may come too early.
func (f *frames) end() error {
	if f.length >= 0 && f.got < f.length {
		return io.ErrUnexpectedEOF
	}
	return io.EOF
}

// handle does what a frame asks for. Those of unknown kinds ask for nothing.
func (f *frames) handle(frame http2.Frame) error {
	switch frame := frame.(type) {
	case *http2.SettingsFrame:
		return f.settle(frame)
	case *http2.PingFrame:
		if frame.IsAck() {
			return nil
		}
		f.write(http2.FramePing, http2.FlagPingAck, 0, frame.Data[:])
		return f.flush()
	case *http2.WindowUpdateFrame:
		return f.widen(frame.StreamID, int64(frame.Increment))
	case *http2.HeadersFrame:
		return f.header(frame)
	case *http2.ContinuationFrame:
		return f.fragment(frame.HeaderBlockFragment(), frame.HeadersEnded())
	case *http2.RSTStreamFrame:
		if f.mine(frame.StreamID) {
			return &Failure{Class: departure(frame.ErrCode, metrics.Reset), Err: fmt.Errorf("the server reset the stream with %v", frame.ErrCode)}
		}
		return f.past(frame.StreamID)
	case *http2.GoAwayFrame:
		f.leaving, f.reason = true, frame.ErrCode
		if f.open && frame.LastStreamID < f.id {
			return f.gone()
		}
	case *http2.PushPromiseFrame:
		return fault("it pushes, which was declined")
	}
	return nil
}

// settle takes the server's settings, and says so (section 6.5).
func (f *frames) settle(frame *http2.SettingsFrame) error {
	if frame.IsAck() {
		return nil
	}
	f.settled = true
	err := frame.ForeachSetting(func(s http2.Setting) error {
		if err := s.Valid(); err != nil {
			return fault("%w", err)
		}
		switch s.ID {
		case http2.SettingHeaderTableSize:
			f.encoder.SetMaxDynamicTableSizeLimit(min(s.Val, fieldTable))
		case http2.SettingInitialWindowSize:
			f.room += int64(s.Val) - f.first
			f.first = int64(s.Val)
		}
		return nil
	})
	if err != nil {
		return err
	}
	f.write(http2.FrameSettings, http2.FlagSettingsAck, 0, nil)
	return f.pump()
}

// widen lets more be sent (section 6.9).
func (f *frames) widen(id uint32, by int64) error {
	const most = 1<<31 - 1
	switch {
	case id == 0:
		f.window += by
	case f.open && id == f.id:
		f.room += by
	default:
		return f.past(id)
	}
	if f.window > most || f.room > most {
		return fault("a window grows past its limit")
	}
	return f.pump()
}

// lost is the error of a connection that ended, with the reason if the server gave one.
func (f *frames) lost(err error) error {
	if f.leaving {
		if class := Classify(err); class == metrics.Closed || class == metrics.Reset {
			return f.gone()
		}
	}
	return err
}
