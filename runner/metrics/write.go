package metrics

import "time"

// Begin says that an operation intended for that instant is under way, so that a window knows what it still waits for.
// An operation intended outside of every phase is not counted, then or when it ends.
func (s *Shard) Begin(step int, intended int64) { s.pend(step, intended, 1) }

// Forget takes back a Begin whose operation was cut by a stop.
func (s *Shard) Forget(step int, intended int64) { s.pend(step, intended, -1) }

func (s *Shard) pend(step int, intended int64, n int64) {
	if s.recorder.layout.Steps[step].Silent {
		return
	}
	s.mu.Lock()
	if b := s.bucket(intended); b != nil {
		b.view.Steps[step].Pending += n
	}
	s.mu.Unlock()
}

// End records an operation that Begin announced with the same step and instant. It belongs to the second and the phase
// of its intended start, whenever it ends.
func (s *Shard) End(op Operation) {
	step := &s.recorder.layout.Steps[op.Step]
	if step.Silent {
		return
	}
	s.mu.Lock()
	if b := s.bucket(op.Intended); b != nil {
		s.end(b, step.Kind, &op)
	}
	s.mu.Unlock()
}

func (s *Shard) end(b *bucket, kind Kind, op *Operation) {
	v := &b.view.Steps[op.Step]
	v.Pending--
	v.Classes[op.Class]++
	v.Sent += op.Sent
	v.Received += op.Received
	latency := max(op.Latency, 0)
	switch {
	case !op.Class.lasted():
		s.time(b, &v.FailedLatency, latency)
	case kind == Opening:
		s.time(b, &v.Connect, latency)
	default:
		s.time(b, &v.Latency, latency)
		s.time(b, &v.Service, op.Service)
		s.time(b, &v.First, op.First)
	}
	if kind != Opening {
		s.time(b, &v.Connect, op.Connect)
	}
	s.time(b, &v.TLS, op.TLS)
}

// Session records a session that has ended. One that failed is counted, its times are not.
func (s *Shard) Session(v Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.bucket(v.Intended)
	switch {
	case b == nil:
	case v.Failed:
		b.view.Sessions++
		b.view.SessionsFailed++
	default:
		b.view.Sessions++
		s.time(b, &b.view.Session, v.Total)
		s.time(b, &b.view.SessionActive, v.Active)
	}
}

// Interrupted counts a session that was cut by a stop at the instant.
func (s *Shard) Interrupted(at int64) {
	s.within(at, func(b *bucket) { b.view.Interrupted++ })
}

// Group records how long a group took, by its index in the layout.
func (s *Shard) Group(i int, at int64, d time.Duration) {
	s.within(at, func(b *bucket) { s.time(b, &b.view.Groups[i], d) })
}

// Measure records a value of a measure, by its index in the layout. What is not a number is left out.
func (s *Shard) Measure(i int, at int64, value float64) {
	s.within(at, func(b *bucket) { s.count(b, &b.view.Measures[i], value) })
}

// Message counts a WebSocket message, received or sent, and its bytes.
func (s *Shard) Message(at int64, received bool, bytes int) {
	s.within(at, func(b *bucket) {
		if received {
			b.view.MessagesReceived++
			b.view.Received += int64(bytes)
		} else {
			b.view.MessagesSent++
			b.view.Sent += int64(bytes)
		}
	})
}

// FirstMessage records how long a step waited for its first message.
func (s *Shard) FirstMessage(step int, at int64, d time.Duration) {
	if !s.recorder.layout.Steps[step].Silent {
		s.within(at, func(b *bucket) { s.time(b, &b.view.Steps[step].FirstMessage, d) })
	}
}

// Gap records the time between two messages of a step.
func (s *Shard) Gap(step int, at int64, d time.Duration) {
	if !s.recorder.layout.Steps[step].Silent {
		s.within(at, func(b *bucket) { s.time(b, &b.view.Steps[step].Gap, d) })
	}
}

// Pong records a ping's round trip.
func (s *Shard) Pong(at int64, d time.Duration) {
	s.within(at, func(b *bucket) { s.time(b, &b.view.Pong, d) })
}

// Lag records by how much a wake came after its due instant: the generator's own lateness.
func (s *Shard) Lag(at int64, d time.Duration) {
	s.within(at, func(b *bucket) { s.time(b, &b.view.Lag, max(d, 0)) })
}

// Event counts one of the things that happen beside operations.
func (s *Shard) Event(e Event, at int64) {
	s.recorder.held.note(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.bucket(at); b != nil {
		b.view.Events[e]++
	} else {
		s.recorder.stray(e)
	}
}

// Lost counts a connection that ended without being asked to: how long there had been silence on it, and how old it was;
// negative: that is not known.
func (s *Shard) Lost(at int64, silence, age time.Duration) {
	s.Event(ConnectionLost, at)
	s.within(at, func(b *bucket) {
		s.time(b, &b.view.Silence, silence)
		s.time(b, &b.view.Age, age)
	})
}

// within calls f, under the lock, with the bucket of the instant, if there is one.
func (s *Shard) within(at int64, f func(*bucket)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.bucket(at); b != nil {
		f(b)
	}
}
