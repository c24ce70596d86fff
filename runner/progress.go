package runner

import (
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

// Progress is how a run stands.
type Progress struct {
	Scenario, Kind, Phase string
	Elapsed, Expected     time.Duration // plan time of the scenario; Expected is 0 where a count ends it
	Asked                 float64       // users, or sessions started per second
	Open                  bool          // the load is open: Asked is a rate
	Present               int           // users, or sessions in flight
	Throughput            float64       // successful operations per second, over the last seconds
	P95                   float64       // seconds, over the last seconds; 0 without data
	ErrorRate             float64       // 0..1, over the last seconds
	Tasks                 string        // of the service, as far as they are observed: 2 of 4 tasks, CPU 61 %
	Failed                int           // windows and phases in which an SLA failed, so far
	Level                 *result.Level // of a capacity, which has just been held; mostly nil
	Event                 string        // what has just happened, as "step 300: p95 412 ms, 0.0 % errors"; mostly ""
}

const (
	recent = 5 * time.Second // wall time that the figures of a moment are taken from
	paused = 200 * time.Millisecond
)

// pulse tells of a stage, not more often than people can read.
type pulse struct {
	last   time.Time
	events []string
}

// event is told at the next beat.
func (p *pulse) event(text string) { p.events = append(p.events, text) }

func (p *pulse) beat(s *stage) {
	now := time.Now()
	if s.run.options.Progress == nil {
		p.events = nil
		return
	}
	if len(p.events) == 0 && now.Sub(p.last) < paused {
		return
	}
	p.last = now
	event := ""
	if len(p.events) > 0 {
		event, p.events = p.events[0], p.events[1:]
	}
	s.run.options.Progress(result.Redacted(s.standing(event), s.run.plan.Secrets.Redact))
}

// level tells of a level of connections, at once and after what has happened before.
func (p *pulse) level(s *stage, l result.Level) {
	p.flush(s)
	if s.run.options.Progress == nil {
		return
	}
	now := s.standing("")
	now.Level = &l
	s.run.options.Progress(result.Redacted(now, s.run.plan.Secrets.Redact))
}

// flush tells what has not been told.
func (p *pulse) flush(s *stage) {
	for len(p.events) > 0 {
		p.beat(s)
	}
}

// standing is how the scenario stands.
func (s *stage) standing(event string) Progress {
	now := s.loaded.recorder.Now()
	h := s.held[len(s.held)-1]
	second := s.second(h, now)
	v := s.loaded.recorder.Window(h.index, max(second-int(max(recent.Seconds()*s.speed, 1)), 0), second)
	m := result.Measure(&v, s.loaded.layout)
	p := Progress{
		Scenario: s.sc.Title(), Kind: s.sc.Kind.String(), Phase: h.name, Open: s.sc.Load.Open,
		Elapsed: time.Duration(float64(now-s.origin) * s.speed), Expected: expected(s.sc),
		Asked: h.asked(now, s.speed), Present: s.loaded.load.Users(),
		Throughput: m.Throughput, P95: m.Latency.P95, ErrorRate: m.ErrorRate, Event: event,
	}
	if s.capacity != nil {
		p.Present = s.capacity.Census().Held
	}
	for _, st := range s.standards {
		p.Failed += st.out.Failed
	}
	p.Tasks = s.manned()
	return p
}

// Foreseen is how long scenarios take one after another, in wall time, if nothing ends them earlier; false where a count
// ends one, or it searches.
func Foreseen(all []*plan.Scenario) (time.Duration, bool) {
	var sum time.Duration
	for _, sc := range all {
		length, speed := expected(sc), 1.0
		if length <= 0 {
			return 0, false
		}
		if m := sc.Service.Simulate; m != nil && m.Speed > 0 {
			speed = m.Speed
		}
		sum += wall(length, speed)
	}
	return sum, true
}

// expected is how long a scenario takes in plan time, if nothing ends it earlier.
func expected(sc *plan.Scenario) time.Duration {
	switch sc.Kind {
	case plan.Stress:
		return time.Duration(len(sc.Load.Stairs.Levels())) * sc.Load.Stairs.Every
	case plan.Spike:
		load := sc.Load.Surge
		return load.Before + load.Rise + load.Hold + load.Settle
	}
	return sc.Duration
}
