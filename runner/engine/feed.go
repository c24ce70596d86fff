package engine

import (
	"bytes"

	"plimsoll/runner/engine/wire"
	"plimsoll/runner/metrics"
)

// feed is the answer that a session reads.
type feed struct {
	stream   *wire.Stream
	op       metrics.Operation // as far as it is known
	wrote    int64             // when the request's first byte was written
	deadline int64
	stamp    int64  // of the part before, or never
	counted  int64  // bytes received that are in op already, or were counted as messages
	kind     string // type of the event at hand
	last     []byte // the part before, where it may be the one to save from
}

// note counts a part.
func (f *feed) note(u *user, part *wire.Event) {
	step, intended := u.pending.step, u.pending.intended
	if f.stamp == never {
		u.shard.FirstMessage(step, intended, since(intended, max(part.At, intended)))
	} else {
		u.shard.Gap(step, intended, since(f.stamp, part.At))
	}
	f.stamp = part.At
	f.counted += int64(len(part.Data))
	u.shard.Message(part.At, true, len(part.Data))
	switch {
	case len(part.Type) == 0:
		f.kind = "message"
	case !bytes.Equal(part.Type, []byte(f.kind)):
		f.kind = string(part.Type)
	}
}

// unsubscribe ends the session's stream, if there is one. The connection to the service is kept where it can carry more.
func (u *user) unsubscribe() {
	f := u.feed
	if f == nil {
		return
	}
	u.feed = nil
	_ = f.stream.Close()
	switch conn := f.stream.Conn(); {
	case conn != u.lines.home:
		u.giveBack(conn)
	case f.stream.KeepAlive:
		u.lines.used = u.engine.now()
	default:
		u.drop()
	}
}
