package runner

import (
	"os"
	"runtime"
	"time"

	"plimsoll/runner/result"
)

// watchInterval is long because listing tens of thousands of descriptors takes milliseconds.
const watchInterval = 5 * time.Second

// reading is how this process and its surroundings stand. What the platform does not tell is 0.
type reading struct {
	cpu         time.Duration // of all its threads, since it started
	memory      int64         // resident, bytes
	descriptors int64
	throttled   int64 // times that its cgroup was
}

// watch follows the generator's own process through a scenario.
type watch struct {
	began, last time.Time
	first       reading
	now         reading
	most        reading
	told        int64 // throttlings that throttled has returned
}

func newWatch() *watch {
	r := read()
	now := time.Now()
	return &watch{began: now, last: now, first: r, now: r, most: r, told: r.throttled}
}

// look reads once in a while.
func (w *watch) look() {
	if now := time.Now(); now.Sub(w.last) >= watchInterval {
		w.read(now)
	}
}

func (w *watch) read(now time.Time) {
	w.last, w.now = now, read()
	w.most.memory = max(w.most.memory, w.now.memory)
	w.most.descriptors = max(w.most.descriptors, w.now.descriptors)
}

// throttled is how often the cgroup was, since it was asked last.
func (w *watch) throttled() int64 {
	w.read(time.Now())
	n := w.now.throttled - w.told
	w.told = w.now.throttled
	return n
}

// result is what was seen up to now.
func (w *watch) result() result.Watch {
	w.read(time.Now())
	out := result.Watch{Descriptors: w.most.descriptors, Memory: w.most.memory}
	if wall := w.last.Sub(w.began); wall > 0 {
		out.CPU = (w.now.cpu - w.first.cpu).Seconds() / wall.Seconds() / float64(runtime.GOMAXPROCS(0))
	}
	return out
}

// generator is this machine and process.
func generator(host string) result.Generator {
	if host == "" {
		host, _ = os.Hostname()
	}
	return result.Generator{
		Host: host, OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: float64(runtime.GOMAXPROCS(0)), Go: runtime.Version(),
		Descriptors: descriptorLimit(),
	}
}
