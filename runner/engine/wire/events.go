package wire

import (
	"bytes"
	"math"
	"time"
)

// fieldRoom is how much longer than its value the line of a field may be.
const fieldRoom = len("\ufeffevent: ")

// events parses a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html, "parsing
// an event stream"), from pieces cut anywhere.
type events struct {
	joined []byte        // the data of the event that comes, each line with a line feed; then the line that has not ended
	data   int           // bytes of joined that are data
	kind   []byte        // the event's type
	id     []byte        // the last that was given, which holds for all that follow
	retry  time.Duration // the last that was given
	begun  bool          // the first line has ended, and a byte order mark with it
	cr     bool          // the last line ended in CR; an LF that comes next belongs to it
}

// feed takes bytes of a piece, up to the end of a line. whole says that with it an event has ended, which is read before
// the next call by event, and then dropped by forget. An event is too large if its data exceed max, or a line does by more
// than a field's name.
func (e *events) feed(piece []byte, max int64) (used int, whole bool, err error) {
	if e.cr {
		e.cr = false
		if piece[0] == '\n' {
			return 1, false, nil
		}
	}
	end := lineEnd(piece)
	line := piece[:min(end, len(piece))]
	if int64(len(e.joined)-e.data+len(line)) > max+int64(fieldRoom) {
		return 0, false, tooLarge(max)
	}
	if end == len(piece) {
		e.joined = append(e.joined, line...)
		return end, false, nil
	}
	e.cr = piece[end] == '\r'
	if len(e.joined) > e.data {
		e.joined = append(e.joined, line...)
		line = e.joined[e.data:]
		e.joined = e.joined[:e.data]
	}
	whole, err = e.line(line, max)
	return end + 1, whole, err
}

// lineEnd is the index of the first CR or LF, or the length.
func lineEnd(piece []byte) int {
	if i := bytes.IndexByte(piece, '\n'); i >= 0 {
		piece = piece[:i]
	}
	if i := bytes.IndexByte(piece, '\r'); i >= 0 {
		piece = piece[:i]
	}
	return len(piece)
}

// line takes a line, which may lie where the next data go, and reports whether it ends an event.
func (e *events) line(line []byte, max int64) (whole bool, err error) {
	if !e.begun {
		e.begun = true
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	if len(line) == 0 {
		if e.data == 0 {
			e.kind = e.kind[:0]
		}
		return e.data > 0, nil
	}
	name, value, _ := bytes.Cut(line, []byte{':'})
	value = bytes.TrimPrefix(value, []byte{' '})
	switch string(name) {
	case "data":
		if int64(e.data+len(value)) > max {
			return false, tooLarge(max)
		}
		e.joined = append(append(e.joined[:e.data], value...), '\n')
		e.data = len(e.joined)
	case "event":
		e.kind = append(e.kind[:0], value...)
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			e.id = append(e.id[:0], value...)
		}
	case "retry":
		e.pause(value)
	}
	return false, nil
}

// pause takes a number of milliseconds; anything else is ignored.
func (e *events) pause(digits []byte) {
	const most = math.MaxInt64 / int64(time.Millisecond) / 10
	var n int64
	for _, c := range digits {
		if c < '0' || '9' < c {
			return
		}
		n = min(n*10+int64(c-'0'), most)
	}
	if len(digits) > 0 {
		e.retry = time.Duration(n) * time.Millisecond
	}
}

// event is what the last feed made whole. It is valid until the next.
func (e *events) event() Event {
	return Event{Type: e.kind, ID: e.id, Data: e.joined[:e.data-1]}
}

// forget drops the event that was whole.
func (e *events) forget() {
	e.joined, e.data, e.kind = e.joined[:0], 0, e.kind[:0]
}
